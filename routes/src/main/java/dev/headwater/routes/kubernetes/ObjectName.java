package dev.headwater.routes.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Which object of a cluster.
 *
 * @param kind such as {@code Ingress}
 * @param namespace empty for objects of the whole cluster
 * @param name unique among the kind in its namespace
 */
public record ObjectName(String kind, String namespace, String name)
    implements Comparable<ObjectName> {
  /** What {@link #isPossible} asks for. */
  public static final String POSSIBLE = "lower-case letters, digits, - and ., up to 253 of them";

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int LONGEST = 253;

  private static final Comparator<ObjectName> ORDER =
      Comparator.comparing(ObjectName::kind)
          .thenComparing(ObjectName::namespace)
          .thenComparing(ObjectName::name);

  /** The name of {@code object}. */
  public static ObjectName of(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return new ObjectName(
        object.getKind(), namespace == null ? "" : namespace, object.getMetadata().getName());
  }

  /** Whether an object can have this name: subdomains as in RFC 1123. */
  public boolean isPossible() {
    return isPossible(name) && (namespace.isEmpty() || isPossible(namespace));
  }

  private static boolean isPossible(String text) {
    return text.length() <= LONGEST && NAME.matcher(text).matches();
  }

  @Override
  public int compareTo(ObjectName other) {
    return ORDER.compare(this, other);
  }

  /** {@code Ingress shop/web}. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
  }
}
