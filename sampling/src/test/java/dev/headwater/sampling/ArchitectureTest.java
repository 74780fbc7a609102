package dev.headwater.sampling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/** The rules of this module, each with its reason. */
@AnalyzeClasses(
    packages = "dev.headwater.sampling",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule network =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "io.netty..",
              "java.net..",
              "java.nio.channels..",
              "javax.net..",
              "zipkin2..")
          .because("the decision must be askable anywhere: in a pod, in a test, in explain");

  @ArchTest
  static final ArchRule threads =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.<JavaClass>describe(
                  "threads and executors",
                  type ->
                      type.isAssignableTo(Thread.class)
                          || type.isAssignableTo(java.util.concurrent.Executor.class)
                          || type.isAssignableTo(java.util.Timer.class)))
          .because("whoever calls owns the thread; event loops must not be left behind its back");

  @ArchTest
  static final ArchRule clock =
      noClasses()
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .because("time comes in through constructors, so that tests script it");

  @ArchTest
  static final ArchRule chance =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class)
          .orShould()
          .callMethod(Math.class, "random")
          .because("chance comes in through constructors, so that tests script it");

  @ArchTest
  static final ArchRule street =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("propagation")
          .definedBy("dev.headwater.sampling.propagation")
          .layer("policy")
          .definedBy("dev.headwater.sampling")
          .layer("rule")
          .definedBy("dev.headwater.sampling.rule")
          .layer("rate")
          .definedBy("dev.headwater.sampling.rate")
          .layer("baggage")
          .definedBy("dev.headwater.sampling.baggage")
          .layer("force")
          .definedBy("dev.headwater.sampling.force")
          .layer("network")
          .definedBy("dev.headwater.sampling.network")
          .whereLayer("propagation")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("policy")
          .mayOnlyBeAccessedByLayers("propagation")
          .whereLayer("rule")
          .mayOnlyBeAccessedByLayers("policy", "propagation")
          .whereLayer("baggage")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("force")
          .mayOnlyBeAccessedByLayers("policy")
          .because("the street goes propagation, policy, rule, rate: a rate knows no header");

  @ArchTest
  static final ArchRule cycles =
      slices().matching("dev.headwater.(**)").should().beFreeOfCycles().because("see the street");

  @ArchTest
  static final ArchRule braveOnlyInPropagation =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.headwater.sampling.propagation")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("brave..")
          .because("a decision is about a request, not about a tracing library");

  @ArchTest
  static final ArchRule closed =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .areNotAnonymousClasses()
          .and()
          .areNotEnums()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .because("nobody extends a value; families are sealed");

  @ArchTest
  static final ArchRule names =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
          .because("such a name says nothing about what the type is");

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    assertThat(classes.stream().map(JavaClass::getPackage).distinct())
        .as("a package says what lives in it, and that null is the exception")
        .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
  }
}
