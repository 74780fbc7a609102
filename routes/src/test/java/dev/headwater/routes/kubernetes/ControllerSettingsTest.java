package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.nginx.KeyFinding;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerSettingsTest {
  private static final String MAP = "ConfigMap headwater/headwater";

  private final Cluster cluster =
      new Cluster().service("s", "web").with(ingress("s", "web", "a.test"));

  private TracingPolicy tracing() {
    return cluster.compiled().configuration().tracing();
  }

  private static List<String> findings(Compilation compilation) {
    return report(compilation, MAP).findings().stream().map(KeyFinding::toString).toList();
  }

  @Test
  void noConfigMap_nothingIsTraced() {
    assertThat(tracing().enabled()).isFalse();
  }

  @Test
  void twoKeys_traceEverythingToTheCollector() {
    cluster.configMap(
        "enable-opentracing", "true", "zipkin-collector-host", "linkerd-collector.linkerd");
    TracingPolicy tracing = tracing();
    assertThat(tracing.enabled()).isTrue();
    assertThat(tracing.sampling().rate().rate()).isEqualTo(1.0);
    assertThat(tracing.report())
        .extracting(sink -> sink.url().toString())
        .containsExactly("http://linkerd-collector.linkerd:9411/api/v2/spans");
    Configuration configuration = cluster.compiled().configuration();
    assertThat(configuration.routes().get(0).sampling()).isNull();
  }

  @Test
  void sampleRate_halvesIt() {
    cluster.configMap("enable-opentracing", "true", "zipkin-sample-rate", "0.5");
    assertThat(tracing().sampling().rate().rate()).isEqualTo(0.5);
  }

  @Test
  void oneIngressTraced_othersAreNot() {
    cluster.with(
        annotated(
            ingress("s", "traced", "b.test"),
            "nginx.ingress.kubernetes.io/enable-opentracing",
            "true"));
    Configuration configuration = cluster.compiled().configuration();
    assertThat(configuration.tracing().enabled()).isTrue();
    assertThat(configuration.routes())
        .filteredOn(route -> route.sampling() == null)
        .singleElement()
        .asString()
        .contains("s/traced/0/0");
  }

  @Test
  void samplingDocument_takesThePlaceOfTheFlatRate() {
    cluster.configMap(
        "zipkin-sample-rate",
        "0.5",
        "sampling",
        "rate: 0.1\nrules: [{name: pay, match: {route: s/web/0/0}, always: true}]");
    TracingPolicy tracing = tracing();
    assertThat(tracing.enabled()).isTrue();
    assertThat(tracing.sampling().rate().rate()).isEqualTo(0.1);
    assertThat(tracing.sampling().rules().get(0).name()).isEqualTo("pay");
    assertThat(findings(cluster.compiled()))
        .containsExactly("zipkin-sample-rate: 0.5 (inert: the key sampling says it instead)");
  }

  @Test
  void samplingDocument_thatIsWrong_leavesTheLastGoodOne() {
    cluster.configMap("sampling", "rate: 0.1");
    assertThat(tracing().sampling().rate().rate()).isEqualTo(0.1);
    cluster.configMap("sampling", "rate: 1.7\nrulez: []");
    Compilation compilation = cluster.compiled();
    assertThat(compilation.configuration().tracing().sampling().rate().rate()).isEqualTo(0.1);
    assertThat(findings(compilation)).hasSize(2);
    assertThat(findings(compilation).toString())
        .contains("sampling.rate: 1.7", "expected 0.0 to 1.0", ":1:7", "the last good one stays");
    // And once more: what is kept is the good one, not the outcome.
    assertThat(tracing().sampling().rate().rate()).isEqualTo(0.1);
    cluster.configMap();
    assertThat(tracing().enabled()).isFalse();
  }

  @Test
  void samplingDocument_wrongFromTheStart_leavesTheFlatKeys() {
    cluster.configMap("enable-opentracing", "true", "zipkin-sample-rate", "0.5", "sampling", "[");
    assertThat(tracing().sampling().rate().rate()).isEqualTo(0.5);
  }

  @Test
  void samplingDocument_namesNoFile() {
    cluster.configMap(
        "sampling",
        "force: {keyFile: /etc/passwd}\nbudget: {perSecond: 5, replicasFrom: /etc/passwd}");
    assertThat(findings(cluster.compiled()).toString())
        .contains("force.keyFile: /etc/passwd", "budget.replicasFrom: /etc/passwd");
  }

  @Test
  void mesh_thatIsUnknown_isRefused() {
    cluster.configMap("mesh", "istio");
    assertThat(findings(cluster.compiled()))
        .containsExactly("mesh: istio (refused: expected linkerd, linkerd-ingress or none)");
  }

  @Test
  void addresses_areThoseOfTheController() {
    Configuration configuration = cluster.compiled().configuration();
    assertThat(configuration.listeners())
        .extracting(ListenerPolicy::name)
        .containsExactly("http", "https");
    assertThat(configuration.listeners().get(0).tls()).isNull();
    assertThat(configuration.listeners().get(1).tls().certificates())
        .containsExactly(Cluster.FALLBACK);
    assertThat(configuration.admin())
        .isEqualTo(
            new AdminPolicy(
                Cluster.POLICY.addresses().admin(), Cluster.POLICY.addresses().probe(), null));
  }
}
