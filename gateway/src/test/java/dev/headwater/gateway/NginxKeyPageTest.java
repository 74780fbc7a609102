package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.headwater.routes.nginx.NginxKey;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The page that lists every key of ingress-nginx with what becomes of it, and who shows it. */
class NginxKeyPageTest {
  private static final Path PAGE = Path.of("../routes/NGINX_KEYS.md");
  private static final String NONE_YET = "none yet";

  /** Supported keys that no test shows yet, which are to become fewer. */
  private static final Set<String> CONFIG_MAP_WITHOUT = Set.of();

  private static final Set<String> ANNOTATIONS_WITHOUT = Set.of();

  private static final List<JavaMethod> TESTS =
      new ClassFileImporter()
          .importUrl(ShowsKeys.class.getProtectionDomain().getCodeSource().getLocation()).stream()
              .flatMap(each -> each.getMethods().stream())
              .filter(each -> each.isAnnotatedWith(ShowsKeys.class))
              .toList();
  private static final Map<String, Set<String>> OF_CONFIG_MAP =
      byKey(test -> test.getAnnotationOfType(ShowsKeys.class).configMap());
  private static final Map<String, Set<String>> OF_ANNOTATIONS =
      byKey(test -> test.getAnnotationOfType(ShowsKeys.class).annotations());

  private interface Keys {
    String[] of(JavaMethod test);
  }

  private static Map<String, Set<String>> byKey(Keys keys) {
    Map<String, Set<String>> tests = new TreeMap<>();
    for (JavaMethod test : TESTS) {
      String name = test.getOwner().getSimpleName() + "#" + test.getName();
      for (String key : keys.of(test)) {
        tests.computeIfAbsent(key, none -> new TreeSet<>()).add(name);
      }
    }
    return tests;
  }

  /**
   * To write it anew: {@code mvn -pl gateway -am test -Dtest=NginxKeyPageTest
   * -Dsurefire.failIfNoSpecifiedTests=false -Dheadwater.update}.
   */
  @Test
  void page_isWhatTheRepositoryHolds() throws Exception {
    if (System.getProperty("headwater.update") != null) {
      Files.writeString(PAGE, markdown());
    }

    assertThat(Files.readString(PAGE)).isEqualTo(markdown());
  }

  @Test
  void everySupportedKeyIsShownThroughRequests_exceptForThese() {
    assertThat(without(NginxKeys.CONFIG_MAP, OF_CONFIG_MAP)).isEqualTo(CONFIG_MAP_WITHOUT);
    assertThat(without(NginxKeys.ANNOTATIONS, OF_ANNOTATIONS)).isEqualTo(ANNOTATIONS_WITHOUT);
  }

  private static Set<String> without(Map<String, NginxKey> keys, Map<String, Set<String>> tests) {
    return keys.values().stream()
        .filter(NginxKeyPageTest::isSupported)
        .map(NginxKey::name)
        .filter(name -> !tests.containsKey(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isSupported(NginxKey key) {
    return key.verdict() == Verdict.APPLIED || key.verdict() == Verdict.DIFFERENT;
  }

  @Test
  void testsShowKeysThatThereAre_andAreRun() {
    assertThat(NginxKeys.CONFIG_MAP.keySet()).containsAll(OF_CONFIG_MAP.keySet());
    assertThat(NginxKeys.ANNOTATIONS.keySet()).containsAll(OF_ANNOTATIONS.keySet());
    assertThat(TESTS)
        .allMatch(
            test ->
                test.isAnnotatedWith(Test.class) || test.isAnnotatedWith(ParameterizedTest.class));
  }

  private static String markdown() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Keys of ingress-nginx

        Generated from the table that the controller and `headwater migrate ingress-nginx` use. The default is that of
        ingress-nginx; the fourth column speaks of any value but the one in the third, which says what is done here in
        any case. A value out of range is refused, with the range, and the default holds. A key that is not in the table
        is named, too. `NginxKeysTest` holds the table against the settings, key by key. The last column names the tests
        of the gateway that show a supported key through real requests: class and method.

        ## ConfigMap

        """);
    rows(page, NginxKeys.CONFIG_MAP, OF_CONFIG_MAP);
    page.append("\n## Annotations\n\nPrefix `").append(NginxKeys.PREFIX).append("`.\n");
    page.append("Where one has no default, the ConfigMap's word holds.\n\n");
    rows(page, NginxKeys.ANNOTATIONS, OF_ANNOTATIONS);
    return page.toString();
  }

  private static void rows(
      StringBuilder page, Map<String, NginxKey> keys, Map<String, Set<String>> tests) {
    page.append("| key | default | as here | becomes | meaning | shown by |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (NginxKey key : keys.values()) {
      String shownBy =
          tests.containsKey(key.name())
              ? String.join(", ", tests.get(key.name()))
              : isSupported(key) ? NONE_YET : "";
      Stream.of(
              code(key.name()),
              code(key.usual()),
              code(key.here()),
              key.verdict().label(),
              key.meaning(),
              shownBy)
          .forEach(cell -> page.append("| ").append(cell).append(' '));
      page.append("|\n");
    }
  }

  private static String code(String value) {
    return value.isEmpty() ? "" : "`" + value + "`";
  }
}
