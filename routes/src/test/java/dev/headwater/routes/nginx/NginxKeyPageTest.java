package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/** The page that lists every key of ingress-nginx with what becomes of it. */
class NginxKeyPageTest {
  /**
   * To write it anew: {@code mvn -pl routes -am test -Dtest=NginxKeyPageTest -Dheadwater.update}.
   */
  @Test
  void page_isWhatTheRepositoryHolds() throws Exception {
    Path page = Path.of("NGINX_KEYS.md");
    if (System.getProperty("headwater.update") != null) {
      Files.writeString(page, markdown());
    }

    assertThat(Files.readString(page)).isEqualTo(markdown());
  }

  private static String markdown() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Keys of ingress-nginx

        Generated from the table that the controller and `headwater migrate ingress-nginx` use. The default is that of
        ingress-nginx; the fourth column speaks of any value but the one in the third, which says what is done here in
        any case. A value out of range is refused, with the range, and the default holds. A key that is not in the table
        is named, too. `NginxKeysTest` holds the table against the settings, key by key.

        ## ConfigMap

        """);
    rows(page, NginxKeys.CONFIG_MAP.values());
    page.append("\n## Annotations\n\nPrefix `").append(NginxKeys.PREFIX).append("`.\n");
    page.append("Where one has no default, the ConfigMap's word holds.\n\n");
    rows(page, NginxKeys.ANNOTATIONS.values());
    return page.toString();
  }

  private static void rows(StringBuilder page, Collection<NginxKey> keys) {
    page.append("| key | default | as here | becomes | meaning |\n|---|---|---|---|---|\n");
    for (NginxKey key : keys) {
      page.append("| `").append(key.name()).append("` | ");
      page.append(code(key.usual())).append(" | ").append(code(key.here())).append(" | ");
      page.append(key.verdict().label()).append(" | ").append(key.meaning()).append(" |\n");
    }
  }

  private static String code(String value) {
    return value.isEmpty() ? "" : "`" + value + "`";
  }
}
