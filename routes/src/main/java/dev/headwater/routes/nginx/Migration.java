package dev.headwater.routes.nginx;

import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.nginx.Manifests.Manifest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the keys in manifests, one row per key.
 *
 * <p>A ConfigMap is a controller's when it has a key that ingress-nginx knows; of several the first
 * holds for the Ingresses.
 *
 * @param rows in the order of the objects, then by key
 * @param problems what could not be read
 */
public record Migration(List<Row> rows, List<Problem> problems) {
  /** Defaults of ingress-nginx that do not hold here, said where the key is absent. */
  private static final List<String> OTHER_DEFAULTS = List.of("generate-request-id");

  public Migration {
    rows = List.copyOf(rows);
    problems = List.copyOf(problems);
  }

  /**
   * One key of one object.
   *
   * @param object kind, namespace and name
   * @param isWritten whether the key is there; otherwise it is told of for its default
   * @param finding what becomes of it
   */
  public record Row(String object, boolean isWritten, KeyFinding finding) {}

  /**
   * Reads manifests.
   *
   * @param configMap NAMESPACE/NAME of ingress-nginx's own, which may be another
   */
  public static Migration of(List<YamlDocument> documents, String configMap) {
    Manifests.Read manifests = Manifests.of(documents);
    NginxSettings settings = null;
    List<Row> rows = new ArrayList<>();
    for (Manifest manifest : manifests.controllers(configMap)) {
      // A variable of a pod's environment is not known here, and is taken for set.
      NginxSettings read = NginxConfigMap.read(manifest.texts(), name -> "variable");
      settings = settings == null ? read : settings;
      add(rows, manifest, read.findings());
      addDefaults(rows, manifest);
    }
    NginxSettings holds = settings == null ? NginxConfigMap.read(Map.of()) : settings;
    for (Manifest manifest : manifests.found()) {
      if (manifest.kind().equals("Ingress")) {
        add(rows, manifest, NginxAnnotations.read(manifest.texts(), holds).findings());
      }
    }
    return new Migration(rows, manifests.problems());
  }

  private static void add(List<Row> rows, Manifest manifest, List<KeyFinding> findings) {
    for (KeyFinding finding : findings) {
      boolean isWritten = manifest.texts().containsKey(finding.key());
      rows.add(new Row(manifest.toString(), isWritten, finding));
    }
  }

  private static void addDefaults(List<Row> rows, Manifest manifest) {
    for (KeyFinding finding : otherDefaults(manifest.texts())) {
      rows.add(new Row(manifest.toString(), false, finding));
    }
  }

  /** What becomes of keys that are absent from a controller's ConfigMap, where that differs. */
  public static List<KeyFinding> otherDefaults(Map<String, String> data) {
    List<KeyFinding> findings = new ArrayList<>();
    for (String name : OTHER_DEFAULTS) {
      NginxKey key = NginxKeys.CONFIG_MAP.get(name);
      if (key != null && !data.containsKey(name)) {
        findings.add(new KeyFinding(name, key.usual(), key.verdict(), key.meaning()));
      }
    }
    return findings;
  }

  /** How many keys have each verdict, all verdicts included. */
  public Map<Verdict, Integer> sums() {
    Map<Verdict, Integer> sums = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      sums.put(verdict, 0);
    }
    rows.forEach(row -> sums.merge(row.finding().verdict(), 1, Integer::sum));
    return sums;
  }
}
