package dev.headwater.routes.nginx;

import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds ConfigMaps and Ingresses in documents, alone or in lists, as they stand in files. */
public final class Manifests {
  private static final String LIST = "List";
  private static final String CLASS = "kubernetes.io/ingress.class";
  private static final Set<String> CLASSES = Set.of("headwater", "nginx");

  /** Keys of ours, which are words of others, too. */
  private static final Set<String> OURS = Set.of("mesh", "sampling", "trace-trusted-networks");

  private static final Map<String, String> TEXTS =
      Map.of("ConfigMap", "data", "Ingress", "annotations");

  private final List<Manifest> found = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private Manifests() {}

  /**
   * One object.
   *
   * @param kind {@code ConfigMap} or {@code Ingress}
   * @param namespace empty where it does not say
   * @param name empty where it has none
   * @param texts the data of a ConfigMap, the annotations of an Ingress
   * @param secrets names of Secrets with certificates
   * @param ingressClass that an Ingress names; empty where it names none
   */
  public record Manifest(
      String kind,
      String namespace,
      String name,
      Map<String, String> texts,
      List<String> secrets,
      String ingressClass) {
    /** Whether it is a ConfigMap with a key that ingress-nginx knows, and no other program. */
    private boolean isController() {
      return kind.equals("ConfigMap")
          && texts.keySet().stream()
              .anyMatch(key -> NginxKeys.CONFIG_MAP.containsKey(key) && !OURS.contains(key));
    }

    /** Whether it is an Ingress whose requests we would serve ourselves. */
    public boolean isServed() {
      boolean isOurs = ingressClass.isEmpty() || CLASSES.contains(ingressClass);
      return kind.equals("Ingress") && isOurs && !NginxAnnotations.isCanary(texts);
    }

    @Override
    public String toString() {
      return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
  }

  /** What was found, and what could not be read. */
  public record Read(List<Manifest> found, List<Problem> problems) {
    /**
     * ConfigMaps of ingress-nginx: the one of that name where it is there, otherwise those that
     * have keys of ingress-nginx's.
     *
     * @param named NAMESPACE/NAME
     */
    public List<Manifest> controllers(String named) {
      return found.stream()
          .filter(each -> each.toString().equals("ConfigMap " + named))
          .findFirst()
          .map(List::of)
          .orElseGet(() -> found.stream().filter(Manifest::isController).toList());
    }
  }

  /** Looks through documents. Never throws for anything written in them. */
  public static Read of(List<YamlDocument> documents) {
    Manifests manifests = new Manifests();
    for (YamlDocument document : documents) {
      manifests.problems.addAll(document.problems());
      if (document.root() instanceof Node.Mapping object) {
        manifests.visit(object, "");
      } else if (document.root() instanceof Node.Sequence list) {
        manifests.refuse("document", list, "an object of a cluster");
      }
    }
    return new Read(manifests.found, manifests.problems);
  }

  /**
   * Looks at an object.
   *
   * @param expected its kind where it does not say, as elements of an IngressList do not
   */
  private void visit(Node.Mapping object, String expected) {
    String kind = text(object, "kind");
    String known = kind.isEmpty() ? expected : kind;
    if (known.endsWith(LIST) && child(object, "items") instanceof Node.Sequence items) {
      String ofItems = known.substring(0, known.length() - LIST.length());
      for (Node item : items.elements()) {
        if (item instanceof Node.Mapping element) {
          visit(element, ofItems);
        } else {
          refuse("items", item, "objects");
        }
      }
    } else if (TEXTS.containsKey(known)) {
      take(object, known);
    }
  }

  private void take(Node.Mapping object, String kind) {
    Node metadata = child(object, "metadata");
    Node.Mapping about =
        metadata instanceof Node.Mapping mapping
            ? mapping
            : new Node.Mapping(Map.of(), object.origin());
    String key = TEXTS.getOrDefault(kind, "");
    Node texts = child(kind.equals("Ingress") ? about : object, key);
    found.add(
        new Manifest(
            kind,
            text(about, "namespace"),
            text(about, "name"),
            texts(key, texts),
            secrets(object),
            ingressClass(object, about)));
  }

  /** The annotation of old goes before the field. */
  private static String ingressClass(Node.Mapping object, Node.Mapping about) {
    if (child(about, "annotations") instanceof Node.Mapping annotations
        && !text(annotations, CLASS).isEmpty()) {
      return text(annotations, CLASS);
    }
    return child(object, "spec") instanceof Node.Mapping spec ? text(spec, "ingressClassName") : "";
  }

  private static List<String> secrets(Node.Mapping object) {
    List<String> secrets = new ArrayList<>();
    if (child(object, "spec") instanceof Node.Mapping spec
        && child(spec, "tls") instanceof Node.Sequence tls) {
      for (Node each : tls.elements()) {
        if (each instanceof Node.Mapping entry && !text(entry, "secretName").isEmpty()) {
          secrets.add(text(entry, "secretName"));
        }
      }
    }
    return secrets;
  }

  private Map<String, String> texts(String key, @Nullable Node node) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node instanceof Node.Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (name, entry) -> {
                if (entry.value() instanceof Node.Scalar scalar) {
                  texts.put(name, scalar.isNull() ? "" : scalar.text());
                } else {
                  refuse(key + "." + name, entry.value(), "text");
                }
              });
    } else if (node != null && !(node instanceof Node.Scalar scalar && scalar.isNull())) {
      refuse(key, node, "an object of texts");
    }
    return texts;
  }

  private void refuse(String path, Node node, String expected) {
    problems.add(Problem.ofValue(path, node.kind(), "expected " + expected, node.origin()));
  }

  private static @Nullable Node child(Node.Mapping object, String name) {
    Node.Entry entry = object.entries().get(name);
    return entry == null ? null : entry.value();
  }

  private static String text(Node.Mapping object, String name) {
    return child(object, name) instanceof Node.Scalar scalar ? scalar.text() : "";
  }
}
