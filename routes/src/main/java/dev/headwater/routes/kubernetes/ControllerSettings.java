package dev.headwater.routes.kubernetes;

import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.compile.SamplingDocument;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.NginxConfigMap;
import dev.headwater.routes.nginx.NginxSettings;
import dev.headwater.routes.nginx.NginxTracing;
import dev.headwater.routes.nginx.Verdict;
import dev.headwater.sampling.SamplingPolicy;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The controller's ConfigMap: the flat keys of ingress-nginx, and beside them {@code sampling}, a
 * whole sampling document, and {@code mesh}. A document that is wrong leaves the last good one in
 * force; without one, the flat keys.
 *
 * @param nginx what the flat keys come to, with tracing on where a document asks for it
 * @param sampling the document in force, or null where the flat keys hold
 * @param mesh in which backends are unless their Ingress says otherwise
 * @param findings about the ConfigMap, or null where there is none
 */
record ControllerSettings(
    NginxSettings nginx,
    @Nullable SamplingPolicy sampling,
    Mesh mesh,
    @Nullable Findings findings) {
  private static final String SAMPLING = "sampling";
  private static final String MESH = OwnAnnotations.MESH;

  /** Said once by whoever reads one of them. */
  private static final Set<String> RATES =
      Set.of("zipkin-sample-rate", "otel-sampler", "otel-sampler-ratio");

  /** More problems than this nobody reads. */
  private static final int MOST_PROBLEMS = 20;

  static ControllerSettings read(ClusterObjects objects, ControllerPolicy policy, Kept kept) {
    ConfigMap map = find(objects, policy.configMap());
    Map<String, String> flat = new HashMap<>();
    if (map != null) {
      Absent.map(map.getData()).forEach((key, value) -> flat.put(key, Absent.text(value)));
    }
    String document = flat.remove(SAMPLING);
    String mesh = flat.remove(MESH);
    Function<String, @Nullable String> environment = policy.environment()::get;
    NginxSettings nginx = NginxConfigMap.read(flat, environment);
    if (map == null) {
      return new ControllerSettings(nginx, null, Mesh.NONE, null);
    }
    Findings findings = new Findings(map);
    findings.accept();
    SamplingPolicy sampling =
        document == null ? null : sampling(document, findings, kept.sampling());
    for (KeyFinding each : nginx.findings()) {
      findings.addAll(List.of(sampling == null ? each : overruled(each)));
    }
    return new ControllerSettings(
        sampling == null ? nginx : traced(nginx),
        sampling,
        mesh == null ? Mesh.NONE : mesh(mesh, findings),
        findings);
  }

  private static @Nullable ConfigMap find(ClusterObjects objects, @Nullable ObjectName name) {
    return name == null
        ? null
        : objects.configMaps().stream()
            .filter(each -> ObjectName.of(each).equals(name))
            .findFirst()
            .orElse(null);
  }

  private static @Nullable SamplingPolicy sampling(
      String text, Findings findings, @Nullable SamplingPolicy lastGood) {
    SamplingDocument document = SamplingDocument.read(text, findings.object() + " " + SAMPLING);
    if (document.policy() != null) {
      return document.policy();
    }
    String instead = lastGood == null ? "the flat keys hold" : "the last good one stays in force";
    for (Problem problem : document.problems().stream().limit(MOST_PROBLEMS).toList()) {
      findings.tell(
          SAMPLING + "." + problem.path(),
          problem.finding(),
          Verdict.REFUSED,
          problem.expectation() + " " + problem.origin().place() + "; " + instead);
    }
    return lastGood;
  }

  private static KeyFinding overruled(KeyFinding finding) {
    return RATES.contains(finding.key()) && finding.verdict() != Verdict.REFUSED
        ? new KeyFinding(
            finding.key(), finding.value(), Verdict.INERT, "the key sampling says it instead")
        : finding;
  }

  private static Mesh mesh(String written, Findings findings) {
    Mesh mesh = Mesh.of(written);
    if (mesh == null) {
      findings.refuse(MESH, Problem.shown(written), Mesh.WORDS);
    }
    return mesh == null ? Mesh.NONE : mesh;
  }

  /** Who writes a sampling document wants traces, unless the flat keys say otherwise. */
  private static NginxSettings traced(NginxSettings nginx) {
    NginxTracing tracing = nginx.tracing();
    NginxTracing on =
        new NginxTracing(
            tracing.on() || !tracing.said(), tracing.said(), tracing.whenOn(), tracing.trusted());
    return new NginxSettings(
        on,
        nginx.listener(),
        nginx.route(),
        nginx.backend(),
        nginx.process(),
        nginx.responseHeaders(),
        nginx.findings());
  }

  /**
   * The policy of the whole gateway.
   *
   * @param anyTraced whether any Ingress is traced
   */
  TracingPolicy tracing(boolean anyTraced) {
    TracingPolicy policy = nginx.tracing().policy(anyTraced);
    return sampling == null ? policy : policy.given(sampling);
  }

  /** The sampling policy that holds where no route has a rule. */
  SamplingPolicy samplingInForce() {
    return sampling == null ? nginx.tracing().whenOn().sampling() : sampling;
  }
}
