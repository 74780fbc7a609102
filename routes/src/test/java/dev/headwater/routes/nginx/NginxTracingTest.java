package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.TrustMode;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.SamplingRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tracing keys of ingress-nginx, both eras: what they meant there, and mean here. */
class NginxTracingTest {
  private static final Map<String, String> TWO_KEYS =
      Map.of("enable-opentracing", "true", "zipkin-collector-host", "linkerd-collector.linkerd");

  private static Map<String, String> beside(String... pairs) {
    Map<String, String> data = new HashMap<>(TWO_KEYS);
    put(data, pairs);
    return data;
  }

  private static Map<String, String> of(String... pairs) {
    Map<String, String> data = new HashMap<>();
    put(data, pairs);
    return data;
  }

  private static void put(Map<String, String> data, String... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
  }

  private static TracingPolicy policy(Map<String, String> data) {
    return NginxConfigMap.read(data).tracing().whenOn();
  }

  private static List<String> collectors(Map<String, String> data) {
    return policy(data).report().stream().map(sink -> sink.url().toString()).toList();
  }

  private static KeyFinding finding(Map<String, String> data, String key) {
    return NginxConfigMap.read(data).findings().stream()
        .filter(finding -> finding.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyTraceIsReportedInB3_ofTheTwoKeysAlone() {
    NginxSettings settings = NginxConfigMap.read(TWO_KEYS);
    TracingPolicy policy = settings.tracing().policy(true);

    assertThat(settings.tracing().on()).isTrue();
    assertThat(policy.enabled()).isTrue();
    assertThat(collectors(TWO_KEYS))
        .containsExactly("http://linkerd-collector.linkerd:9411/api/v2/spans");
    assertThat(policy.sampling().rate()).isEqualTo(ProbabilisticRate.ALWAYS);
    assertThat(policy.samplingGiven()).isFalse();
    assertThat(policy.propagation().inject()).containsExactly(TraceFormat.B3_MULTI);
    assertThat(policy.service()).isEqualTo("headwater");
    assertThat(settings.listener().trace()).isEqualTo(TrustPolicy.RESTART);
    assertThat(settings.findings())
        .extracting(KeyFinding::key, KeyFinding::verdict)
        .containsExactly(
            tuple("enable-opentracing", Verdict.APPLIED),
            tuple("opentracing-trust-incoming-span", Verdict.DIFFERENT),
            tuple("zipkin-collector-host", Verdict.DIFFERENT),
            tuple("zipkin-service-name", Verdict.DIFFERENT));
  }

  @Test
  void traceHeadersPassUntouched_whenNothingIsTraced() {
    assertThat(NginxConfigMap.read(Map.of()).tracing().on()).isFalse();
    assertThat(NginxConfigMap.read(beside("enable-opentracing", "false")).tracing().on()).isFalse();
    assertThat(NginxConfigMap.read(TWO_KEYS).tracing().policy(false).enabled()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "zipkin, http://zipkin:9411/api/v2/spans",
    "10.1.2.3, http://10.1.2.3:9411/api/v2/spans",
    "2001:db8::1, http://[2001:db8::1]:9411/api/v2/spans",
    "$HOST_IP, http://10.9.8.7:9411/api/v2/spans",
    "${HOST_IP}, http://10.9.8.7:9411/api/v2/spans",
    "zipkin.${SPACE}.svc, http://zipkin.tracing.svc:9411/api/v2/spans",
  })
  void spansGoToTheCollector_asItsHostIsWritten(String host, String url) {
    Map<String, String> environment = Map.of("HOST_IP", "10.9.8.7", "SPACE", "tracing");
    NginxSettings settings =
        NginxConfigMap.read(beside("zipkin-collector-host", host), environment::get);

    assertThat(settings.tracing().whenOn().report())
        .singleElement()
        .satisfies(sink -> assertThat(sink.url()).hasToString(url));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://zipkin", "zipkin:9411", "zipkin/api", "a b", "$NOT_SET", "$(id)"})
  void aHostThatIsNoneIsRefused(String host) {
    Map<String, String> data = beside("zipkin-collector-host", host);

    assertThat(finding(data, "zipkin-collector-host").verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(collectors(data)).isEmpty();
  }

  @Test
  void nothingIsReportedAndThatIsTold_withoutACollector() {
    Map<String, String> data = of("enable-opentracing", "true");

    assertThat(policy(data).sampling().rate()).isEqualTo(ProbabilisticRate.NEVER);
    assertThat(finding(data, "enable-opentracing").message()).contains("zipkin-collector-host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0001", "0.1", "0.5", "1", "1.0", ".5"})
  void aShareOfTracesIsKept_ofZipkinsRate(String rate) {
    SamplingPolicy sampling = policy(beside("zipkin-sample-rate", rate)).sampling();

    assertThat(sampling.rate().rate()).isEqualTo(Double.parseDouble(rate));
    assertThat(policy(beside("zipkin-sample-rate", rate)).samplingGiven()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "zipkin-sample-rate, 1.7, 0.0 to 1.0",
    "zipkin-sample-rate, 50%, 0.0 to 1.0",
    "zipkin-sample-rate, -1, 0.0 to 1.0",
    "zipkin-sample-rate, NaN, 0.0 to 1.0",
    "zipkin-collector-port, 0, 1 to 65535",
    "zipkin-collector-port, 65536, 1 to 65535",
    "zipkin-collector-port, http, 1 to 65535",
    "zipkin-service-name, '', 1 to 255 characters",
    "enable-opentracing, 'yes', true or false",
    "opentracing-trust-incoming-span, 1, true or false",
    "otel-sampler, Sometimes, AlwaysOn",
    "otel-sampler-ratio, 2, 0.0 to 1.0",
    "trace-trusted-networks, 10.0.0.0/33, CIDR",
  })
  void aValueOutOfRangeIsRefusedWithTheRange(String key, String value, String expected) {
    KeyFinding finding = finding(beside(key, value), key);

    assertThat(finding.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(finding.message()).startsWith("expected ").contains(expected);
    assertThat(finding.value()).isEqualTo(value);
  }

  @Test
  void aRefusedRateLeavesTheDefault() {
    assertThat(policy(beside("zipkin-sample-rate", "1.7")).sampling().rate())
        .isEqualTo(ProbabilisticRate.ALWAYS);
  }

  @ParameterizedTest
  @CsvSource({
    "false, '', false",
    "false, 192.0.2.0/24, false",
    "true, '', false",
    "true, 192.0.2.0/24, true",
    ", 192.0.2.0/24, true",
    ", '', false",
  })
  void callersAreTrusted_onlyWhereTheyAreNamed(String trust, String networks, boolean trusted) {
    Map<String, String> data = beside("trace-trusted-networks", networks);
    if (trust != null) {
      data.put("opentracing-trust-incoming-span", trust);
    }

    assertThat(NginxConfigMap.read(data).listener().trace())
        .isEqualTo(
            trusted
                ? new TrustPolicy(TrustMode.RESTART, NetworkSet.of(List.of("192.0.2.0/24")))
                : TrustPolicy.RESTART);
  }

  @ParameterizedTest
  @CsvSource({"true, DIFFERENT, everybody", "false, APPLIED, ''", ", DIFFERENT, anew"})
  void trustIsToldAbout(String trust, Verdict verdict, String word) {
    Map<String, String> data = beside();
    if (trust != null) {
      data.put("opentracing-trust-incoming-span", trust);
    }
    KeyFinding finding = finding(data, "opentracing-trust-incoming-span");

    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.message()).contains(word);
  }

  @ParameterizedTest
  @CsvSource({
    "AlwaysOn, , 1.0",
    "AlwaysOff, , 0.0",
    "TraceIdRatioBased, 0.25, 0.25",
    "TraceIdRatioBased, , 0.01",
    "AlwaysOn, 0.25, 1.0",
    ", 0.25, 1.0",
  })
  void theSamplerOfOpenTelemetryHolds_whereItIsAlone(String sampler, String ratio, double rate) {
    Map<String, String> data = of("enable-opentelemetry", "true", "zipkin-collector-host", "z");
    if (sampler != null) {
      data.put("otel-sampler", sampler);
    }
    if (ratio != null) {
      data.put("otel-sampler-ratio", ratio);
    }

    assertThat(policy(data).sampling().rate().rate()).isEqualTo(rate);
    assertThat(policy(data).propagation().inject()).containsExactly(TraceFormat.TRACECONTEXT);
  }

  @Test
  void openTelemetryHasItsOwnTrust() {
    Map<String, String> data = of("enable-opentelemetry", "true", "zipkin-collector-host", "z");
    data.put("trace-trusted-networks", "192.0.2.0/24");
    data.put("opentelemetry-trust-incoming-span", "false");

    assertThat(NginxConfigMap.read(data).listener().trace()).isEqualTo(TrustPolicy.RESTART);
  }

  @Test
  void bothErasTogetherWriteBothFormats_atZipkinsRate() {
    Map<String, String> data =
        beside(
            "enable-opentelemetry", "true", "otel-sampler", "AlwaysOff", "otel-service-name", "a");

    assertThat(policy(data).propagation().inject())
        .containsExactly(TraceFormat.B3_MULTI, TraceFormat.TRACECONTEXT);
    assertThat(policy(data).sampling().rate()).isEqualTo(ProbabilisticRate.ALWAYS);
    assertThat(policy(data).service()).isEqualTo("a");
  }

  @Test
  void otlpCollectorIsRefusedWithWhatToDo() {
    Map<String, String> data = of("enable-opentelemetry", "true", "otlp-collector-host", "otel");

    assertThat(finding(data, "otlp-collector-host").verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(finding(data, "otlp-collector-host").message()).contains("zipkin-collector-host");
    assertThat(finding(data, "enable-opentelemetry").message()).contains("nothing is reported");
  }

  @ParameterizedTest
  @CsvSource({
    "const, 1, 1.0",
    "const, 0, 0.0",
    "probabilistic, 0.2, 0.2",
    "ratelimiting, 5, 1.0",
  })
  void jaegersSamplerHolds_whereJaegerIsTheOnlyBackEnd(String type, String param, double rate) {
    Map<String, String> data =
        of(
            "enable-opentracing", "true",
            "jaeger-collector-host", "jaeger-agent",
            "jaeger-sampler-type", type,
            "jaeger-sampler-param", param,
            "jaeger-propagation-format", "w3c");
    SamplingPolicy sampling = policy(data).sampling();

    assertThat(sampling.rate().rate()).isEqualTo(rate);
    assertThat(sampling.limit().isSet()).isEqualTo(type.equals("ratelimiting"));
    assertThat(policy(data).samplingGiven()).isTrue();
    assertThat(policy(data).propagation().inject()).containsExactly(TraceFormat.TRACECONTEXT);
    assertThat(finding(data, "jaeger-sampler-param").verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(finding(data, "jaeger-collector-host").verdict()).isEqualTo(Verdict.REFUSED);
  }

  @ParameterizedTest
  @CsvSource({"const, 2", "probabilistic, 1.5", "ratelimiting, 0", "ratelimiting, fast"})
  void jaegersParameterIsChecked(String type, String param) {
    Map<String, String> data =
        of(
            "enable-opentracing",
            "true",
            "jaeger-endpoint",
            "http://jaeger:14268/api/traces",
            "jaeger-sampler-type",
            type,
            "jaeger-sampler-param",
            param);

    assertThat(finding(data, "jaeger-sampler-param").verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void zipkinIsReportedTo_thoughDatadogWonThere() {
    Map<String, String> data = beside("datadog-collector-host", "datadog", "jaeger-endpoint", "j");

    assertThat(collectors(data)).hasSize(1);
    assertThat(finding(data, "zipkin-collector-host").message()).contains("Datadog");
    assertThat(finding(data, "datadog-collector-host").verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void anIngressSaysForItselfWhetherItIsTraced() {
    NginxSettings on = NginxConfigMap.read(TWO_KEYS);
    NginxSettings off = NginxConfigMap.read(beside("enable-opentracing", "false"));

    assertThat(ingress(on).traced()).isTrue();
    assertThat(ingress(on).sampling("r")).isNull();
    assertThat(ingress(off).traced()).isFalse();
    assertThat(ingress(off, "enable-opentracing", "true").traced()).isTrue();
    assertThat(ingress(off, "enable-opentelemetry", "true").traced()).isTrue();
    assertThat(ingress(off, "enable-opentelemetry", "true").findings())
        .singleElement()
        .satisfies(told -> assertThat(told.verdict()).isEqualTo(Verdict.DIFFERENT))
        .satisfies(told -> assertThat(told.message()).startsWith("B3 goes upstream"));
    IngressSettings out = ingress(on, "enable-opentracing", "false");
    assertThat(out.traced()).isFalse();
    assertThat(out.sampling("shop/web"))
        .isEqualTo(
            SamplingRule.ofRoute("shop/web", new dev.headwater.sampling.rule.Verdict.Never()));
    assertThat(out.findings()).extracting(KeyFinding::verdict).containsExactly(Verdict.DIFFERENT);
  }

  @Test
  void anIngressSaysForItselfWhomItTrusts() {
    NginxSettings settings = NginxConfigMap.read(beside("trace-trusted-networks", "192.0.2.0/24"));
    TrustPolicy named = new TrustPolicy(TrustMode.RESTART, NetworkSet.of(List.of("192.0.2.0/24")));

    assertThat(ingress(settings).trust()).isEqualTo(named);
    assertThat(ingress(settings, "opentracing-trust-incoming-span", "false").trust())
        .isEqualTo(TrustPolicy.RESTART);
    assertThat(
            ingress(
                    settings,
                    "enable-opentelemetry",
                    "true",
                    "opentelemetry-trust-incoming-span",
                    "false")
                .trust())
        .isEqualTo(TrustPolicy.RESTART);
    assertThat(ingress(settings, "opentelemetry-trust-incoming-span", "false").trust())
        .isEqualTo(named);
  }

  private static IngressSettings ingress(NginxSettings settings, String... pairs) {
    Map<String, String> annotations = new HashMap<>();
    String[] prefixed = pairs.clone();
    for (int i = 0; i < prefixed.length; i += 2) {
      prefixed[i] = NginxKeys.PREFIX + prefixed[i];
    }
    put(annotations, prefixed);
    return NginxAnnotations.read(annotations, settings);
  }
}
