package dev.headwater.routes.kubernetes;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Migration;
import dev.headwater.routes.nginx.Migration.Row;
import dev.headwater.routes.nginx.NginxConfigMap;
import dev.headwater.routes.nginx.NginxKeys;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What would become of a cluster of ingress-nginx's under {@code headwater ingress --adopt-class
 * nginx}: what the compiler finds, with a row for each key that it has nothing to say of. Pure.
 */
public final class ClusterMigration {
  /** The kind of what is unread where no Service may be read. */
  public static final String SERVICES = "Services";

  private static final BindAddress ANYWHERE = new BindAddress("127.0.0.1", 0);
  private static final String UNREAD = "what it names may not be read, and was not judged";
  private static final String CLASS = "spec.ingressClassName";

  private final ObjectName configMap;
  private final ServerCertificate fallback;

  /**
   * A migration.
   *
   * @param configMap ingress-nginx's own
   * @param fallback stands for certificates that are not there
   */
  public ClusterMigration(ObjectName configMap, ServerCertificate fallback) {
    this.configMap = configMap;
    this.fallback = fallback;
  }

  /** What is read by its name. Asks for classes and Ingresses alone. */
  public NeededRights rights(ClusterObjects objects) {
    IngressClasses classes = IngressClasses.of(objects.classes(), policy(Map.of()));
    return NeededRights.of(objects.ingresses().stream().filter(classes::takes).toList(), configMap);
  }

  /**
   * The table: the ConfigMap, then the Ingresses by their names. Of an Ingress of another
   * controller it tells the class alone.
   *
   * @param unread what could not be read: that it is not there is no finding
   */
  public Migration table(ClusterObjects objects, Set<ObjectName> unread) {
    Map<String, String> data = data(objects.configMaps());
    ControllerPolicy policy = policy(data);
    Map<ObjectName, ObjectReport> reports =
        ClusterCompiler.compile(objects, policy).reports().stream()
            .collect(Collectors.toMap(ObjectReport::object, Function.identity()));
    List<Row> rows = new ArrayList<>();
    ObjectReport own = reports.get(configMap);
    if (own != null) {
      addAll(rows, configMap, own.findings(), data, data.keySet());
      addAll(rows, configMap, Migration.otherDefaults(data), data, Set.of());
    }
    IngressClasses classes = IngressClasses.of(objects.classes(), policy);
    Map<ObjectName, Ingress> ingresses = new TreeMap<>();
    objects.ingresses().forEach(each -> ingresses.put(ObjectName.of(each), each));
    ingresses.forEach(
        (name, ingress) -> {
          Map<String, String> annotations = Absent.annotations(ingress);
          ObjectReport report = reports.get(name);
          if (report != null) {
            List<KeyFinding> known =
                report.findings().stream()
                    .map(each -> judged(each, name.namespace(), unread))
                    .filter(
                        each ->
                            !each.message().equals(UNREAD) || annotations.containsKey(each.key()))
                    .toList();
            addAll(rows, name, known, annotations, ours(annotations.keySet()));
          } else if (!classes.takes(ingress)) {
            rows.add(new Row(name.toString(), true, ofOthers(ingress, objects)));
          }
        });
    return new Migration(rows, List.of());
  }

  private Map<String, String> data(List<ConfigMap> maps) {
    Map<String, String> data = new TreeMap<>();
    maps.stream()
        .filter(each -> ObjectName.of(each).equals(configMap))
        .forEach(
            each ->
                Absent.map(each.getData())
                    .forEach((key, value) -> data.put(key, Absent.text(value))));
    return data;
  }

  /** Variables of the pod's environment are not known here, and are taken for set. */
  private ControllerPolicy policy(Map<String, String> data) {
    return new ControllerPolicy(
        ControllerPolicy.CLASS_NAME,
        true,
        null,
        configMap,
        null,
        null,
        new ControllerPolicy.Addresses(ANYWHERE, ANYWHERE, ANYWHERE, ANYWHERE),
        fallback,
        LogPolicy.DEFAULT,
        NginxConfigMap.variables(data).stream()
            .collect(Collectors.toMap(Function.identity(), name -> "variable")));
  }

  private static Set<String> ours(Collection<String> annotations) {
    return annotations.stream()
        .filter(key -> key.startsWith(NginxKeys.PREFIX) || key.startsWith(OwnAnnotations.PREFIX))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Adds findings, and keys without one.
   *
   * @param texts what is written, by key
   * @param keys those that each get a row
   */
  private static void addAll(
      List<Row> rows,
      ObjectName object,
      List<KeyFinding> findings,
      Map<String, String> texts,
      Set<String> keys) {
    List<Row> own = new ArrayList<>();
    Set<String> silent = new TreeSet<>(keys);
    for (KeyFinding each : findings) {
      // Of a document under a key, such as sampling, findings name the place within it.
      String key =
          texts.containsKey(each.key()) ? each.key() : each.key().replaceFirst("\\..*", "");
      boolean isSpec = key.equals("spec");
      silent.remove(key);
      own.add(new Row(object.toString(), isSpec || texts.containsKey(key), each));
    }
    for (String key : silent) {
      KeyFinding applied = new KeyFinding(key, texts.getOrDefault(key, ""), Verdict.APPLIED, "");
      own.add(new Row(object.toString(), true, applied));
    }
    own.sort(Comparator.comparing(row -> row.finding().key()));
    rows.addAll(own);
  }

  /** The finding, or that what it rests on was not read. */
  private static KeyFinding judged(KeyFinding finding, String namespace, Set<ObjectName> unread) {
    return isKnown(finding, namespace, unread)
        ? finding
        : new KeyFinding(finding.key(), finding.value(), Verdict.DIFFERENT, UNREAD);
  }

  /** Whether a finding rests on objects that were read. */
  private static boolean isKnown(KeyFinding finding, String namespace, Set<ObjectName> unread) {
    String key = finding.key();
    if (key.contains(".service.")) {
      return unread.stream().noneMatch(each -> each.kind().equals(SERVICES));
    }
    if (key.endsWith(".secretName")) {
      return !unread.contains(new ObjectName("Secret", namespace, finding.value()));
    }
    ObjectName headers =
        key.equals(CustomHeaders.KEY)
            ? CustomHeaders.named(Map.of(key, finding.value()), namespace)
            : null;
    return headers == null || !unread.contains(headers);
  }

  private static KeyFinding ofOthers(Ingress ingress, ClusterObjects objects) {
    String named = Absent.text(IngressClasses.named(ingress));
    if (named.isEmpty()) {
      return KeyFinding.refused(
          CLASS,
          "",
          "a class, or a default class of ours; ingress-nginx took it with"
              + " --watch-ingress-without-class");
    }
    boolean isOfNginx =
        objects.classes().stream()
            .filter(each -> named.equals(each.getMetadata().getName()))
            .anyMatch(IngressClasses::isOfNginx);
    return isOfNginx
        ? KeyFinding.refused(
            CLASS, named, "nginx: of ingress-nginx's classes the one called so is taken")
        : new KeyFinding(CLASS, named, Verdict.INERT, "it is left to another controller");
  }
}
