package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.answered;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.HeaderFilter;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code custom-headers}, under {@code global-allowed-response-headers}. */
class CustomHeadersTest {
  private static final String KEY = "nginx.ingress.kubernetes.io/custom-headers";
  private static final String ALLOWED = "X-Frame-Options, x-other,Connection";

  private final Cluster cluster =
      new Cluster().service("s", "web").configMap("global-allowed-response-headers", ALLOWED);

  private void map(String namespace, String name, Map<String, String> data) {
    cluster.configMaps.add(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withData(data)
            .build());
  }

  private Compilation compiled(String written) {
    cluster.ingresses.clear();
    return cluster.with(annotated(ingress("s", "web", "a.test"), KEY, written)).compiled();
  }

  private void assertClosed(Compilation compilation, String expected) {
    assertThat(answered(compilation, "a.test", "/")).isEqualTo("503");
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .startsWith(KEY + ": ")
        .contains("(refused: expected ", expected, "; every request is answered 503");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s/headers", "headers", " s/headers "})
  void fields_ofTheConfigMap_areSetOnResponses(String written) {
    map("s", "headers", Map.of("X-Frame-Options", " DENY ", "X-Other", ""));
    Compilation compilation = compiled(written);

    assertThat(answered(compilation, "a.test", "/")).isEqualTo("s/web:80");
    assertThat(compilation.configuration().routes().get(0).filters())
        .last()
        .isEqualTo(
            new HeaderFilter(
                HeaderFilter.Direction.RESPONSE,
                Map.of("x-frame-options", "DENY"),
                Map.of(),
                List.of("x-other")));
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("applied with a difference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s/missing", "t/headers", "s/", "/headers", "s/headers/x", "S/headers"})
  void configMap_missingOrElsewhere_closesTheIngress(String written) {
    map("s", "headers", Map.of());
    map("t", "headers", Map.of());

    assertClosed(compiled(written), "of the namespace s");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Foreign, a, not X-Foreign",
    "Connection, close, frame the message",
    "X-Other, 'a\r\nSet-Cookie: b', visible ASCII under X-Other",
    "X-Other, \u00e9, visible ASCII under X-Other",
    "X-Other, LONG, up to 4096 characters",
  })
  void field_thatMayNotBeSent_closesTheIngress(String name, String value, String expected) {
    Map<String, String> fields = new HashMap<>(Map.of("X-Frame-Options", "DENY"));
    fields.put(name, value.equals("LONG") ? "x".repeat(4097) : value);
    map("s", "headers", fields);

    assertClosed(compiled("s/headers"), expected);
  }

  @Test
  void nothing_isAllowedUnlessTheControllerSaysSo() {
    cluster.configMap();
    map("s", "headers", Map.of("X-Frame-Options", "DENY"));

    assertClosed(compiled("s/headers"), "global-allowed-response-headers");
  }
}
