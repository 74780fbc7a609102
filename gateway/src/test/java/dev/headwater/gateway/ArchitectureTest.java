package dev.headwater.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The design's rules over all modules, each with its reason. */
@AnalyzeClasses(packages = "dev.headwater", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String GATEWAY = "dev.headwater.gateway";

  /** A stage is where something is done to an exchange; stages do not know one another. */
  private static final String[] STAGES = {
    "route", "admission", "filter", "retry", "balance", "forward", "listen", "trace"
  };

  @ArchTest
  static final ArchRule modules_pointAlongTheStreet =
      noClasses()
          .that()
          .resideInAnyPackage("dev.headwater.sampling..", "dev.headwater.routes..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.headwater.gateway..")
          .because("sampling and routes are values and pure functions that the gateway uses");

  @ArchTest
  static final ArchRule sampling_knowsNoRoutes =
      noClasses()
          .that()
          .resideInAPackage("dev.headwater.sampling..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.headwater.routes..")
          .because("a route carries its sampling rule as a value, never the other way round");

  @ArchTest
  static final ArchRule gatewayPackages_haveNoCycles =
      slices()
          .matching(GATEWAY + ".(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle of packages is one package that nobody can read alone");

  @ArchTest
  static final ArchRule modulePackages_haveNoCycles =
      slices()
          .matching("dev.headwater.(*).(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle of packages is one package that nobody can read alone");

  @ArchTest
  static final ArchRule pureModules_touchNoWorld =
      noClasses()
          .that()
          .resideInAnyPackage("dev.headwater.sampling..", "dev.headwater.routes..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..", "java.net.http..", "java.nio.channels..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.Socket")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.Thread")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .because("what is decided must be repeatable in a test and in explain");

  @ArchTest
  static final ArchRule pipeline_knowsNoStage =
      noClasses()
          .that()
          .resideInAPackage(GATEWAY + ".pipeline..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              GATEWAY + ".route..",
              GATEWAY + ".admission..",
              GATEWAY + ".filter..",
              GATEWAY + ".retry..",
              GATEWAY + ".balance..",
              GATEWAY + ".forward..",
              GATEWAY + ".listen..",
              GATEWAY + ".trace..",
              GATEWAY + ".fail..")
          .because("an exchange is what stages talk about, not who they are");

  @ArchTest
  static final ArchRule stages_doNotKnowEachOther =
      classes()
          .that()
          .resideInAnyPackage(packages(STAGES))
          .should(notDependOnAnotherStage())
          .because("only the composition root sees them all, so that each can be read alone");

  @ArchTest
  static final ArchRule brave_onlyWhereSpansAreMade =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.headwater.sampling..",
              GATEWAY + ".trace..",
              GATEWAY + ".report..",
              GATEWAY + ".explain..",
              GATEWAY + ".demo..",
              GATEWAY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("brave..")
          .because(
              "the rest talks about traces in our words; explain injects as the path does, the root"
                  + " wires the span handler, the demo is an application of its own");

  @ArchTest
  static final ArchRule zipkin_onlyWhereSpansLeave =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              GATEWAY + ".report..", GATEWAY + ".tracestore..", GATEWAY + ".demo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("zipkin2..")
          .because("Zipkin's model is a format at the rim, not our model");

  @ArchTest
  static final ArchRule netty_onlyOnTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              GATEWAY + ".listen..", GATEWAY + ".forward..", GATEWAY + ".wire..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .because("stages see heads and pieces as our own narrow types");

  @ArchTest
  static final ArchRule vertxNet_onlyOnTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              GATEWAY + ".listen..", GATEWAY + ".forward..", GATEWAY + ".report..")
          .and(not(resideInAPackage(GATEWAY + ".demo..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.core.net..", "io.vertx.core.internal..")
          .because("a socket belongs to the listener, to the forwarder, or to a sender of spans");

  @ArchTest
  static final ArchRule vertxHttp_onlyOnSidePaths =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              GATEWAY + ".admin..",
              GATEWAY + ".config..",
              GATEWAY + ".report..",
              GATEWAY + ".tracestore..",
              GATEWAY + ".demo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.core.http..", "io.vertx.ext.web..")
          .because(
              "the data path is ours: Vert.x' HTTP layer serves the admin address and senders");

  @ArchTest
  static final ArchRule kubernetes_onlyWhereObjectsAreRead =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.headwater.routes.kubernetes..", GATEWAY + ".cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8..")
          .because("the shape of an object ends where it becomes a route");

  @ArchTest
  static final ArchRule admin_isImportedByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackages(GATEWAY + ".admin..", GATEWAY, GATEWAY + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(GATEWAY + ".admin..")
          .because("pages look at the product; the product does not know its pages");

  @ArchTest
  static final ArchRule everyPackage_isNullMarked =
      classes()
          .should(resideInNullMarkedPackages())
          .because("a package says what lives there, and null is said where it may occur");

  @ArchTest
  static final ArchRule classes_areFinalOrMeantToBeExtended =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .and(
              not(
                  DescribedPredicate.describe(
                      "package-info", c -> c.getSimpleName().equals("package-info"))))
          .should()
          .haveModifier(JavaModifier.FINAL)
          .because("inheritance is a promise that nobody made");

  private static String[] packages(String[] names) {
    String[] packages = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      packages[i] = GATEWAY + "." + names[i] + "..";
    }
    return packages;
  }

  private static ArchCondition<JavaClass> notDependOnAnotherStage() {
    return new ArchCondition<>("not depend on another stage") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        for (String stage : STAGES) {
          String other = GATEWAY + "." + stage;
          if (item.getPackageName().startsWith(other)) {
            continue;
          }
          item.getDirectDependenciesFromSelf().stream()
              .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(other))
              .forEach(
                  dependency ->
                      events.add(SimpleConditionEvent.violated(item, dependency.getDescription())));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> resideInNullMarkedPackages() {
    return new ArchCondition<>("reside in a package with a @NullMarked package-info") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        JavaPackage home = item.getPackage();
        if (!home.isAnnotatedWith(NullMarked.class)) {
          events.add(SimpleConditionEvent.violated(item, home.getName() + " is not @NullMarked"));
        }
      }
    };
  }
}
