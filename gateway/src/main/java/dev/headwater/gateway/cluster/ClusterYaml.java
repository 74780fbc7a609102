package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ClusterObjects;
import dev.headwater.routes.kubernetes.ControllerPolicy;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Verdict;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the operator reads of a cluster that is followed. */
final class ClusterYaml {
  private ClusterYaml() {}

  /** What is refused of the controller's own ConfigMap. */
  static List<String> refused(List<ObjectReport> reports, @Nullable ObjectName configMap) {
    return reports.stream()
        .filter(report -> report.object().equals(configMap))
        .flatMap(
            report ->
                report.findings().stream()
                    .filter(finding -> finding.verdict() == Verdict.REFUSED)
                    .map(finding -> report.object() + ": " + finding))
        .toList();
  }

  /** Flags, counts, and what became of each object that is ours; no value of a Secret. */
  static String of(ClusterOptions options, ClusterObjects objects, List<ObjectReport> reports) {
    ControllerPolicy policy = options.policy();
    StringBuilder yaml = new StringBuilder("controller:\n");
    line(yaml, "  ingressClass: ", policy.className());
    line(yaml, "  adoptNginx: ", policy.adoptNginx());
    if (policy.watchNamespace() != null) {
      line(yaml, "  watchNamespace: ", policy.watchNamespace());
    }
    if (policy.configMap() != null) {
      line(yaml, "  configMap: ", policy.configMap().namespace() + "/" + policy.configMap().name());
    }
    line(yaml, "  http: ", quoted(policy.addresses().http().toString()));
    line(yaml, "  https: ", quoted(policy.addresses().https().toString()));
    yaml.append("cluster:\n");
    line(yaml, "  ingresses: ", objects.ingresses().size());
    line(yaml, "  services: ", objects.services().size());
    line(yaml, "  endpointSlices: ", objects.slices().size());
    line(yaml, "  secrets: ", objects.secrets().size());
    yaml.append(reports.isEmpty() ? "objects: []\n" : "objects:\n");
    for (ObjectReport report : reports) {
      line(yaml, "  - object: ", quoted(report.object().toString()));
      line(yaml, "    accepted: ", report.accepted());
      if (!report.findings().isEmpty()) {
        yaml.append("    findings:\n");
        for (KeyFinding finding : report.findings()) {
          line(yaml, "      - ", quoted(finding.toString()));
        }
      }
    }
    return yaml.toString();
  }

  private static void line(StringBuilder yaml, String key, Object value) {
    yaml.append(key).append(value).append('\n');
  }

  /** In the double quotes of YAML, so that what users wrote stays text. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
