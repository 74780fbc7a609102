package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.routes.match.NormalPath;
import dev.headwater.routes.nginx.Verdict;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Paths of Ingress rules. {@code ImplementationSpecific} is a prefix by elements, as {@code Prefix}
 * is. Paths are looked for in their normal form, so they are kept in it.
 */
final class IngressPath {
  /** No request has a longer one: targets are bounded. */
  private static final int LONGEST = 8 << 10;

  private IngressPath() {}

  /** The condition on the path, or null after a finding. */
  static @Nullable PathMatch read(HTTPIngressPath path, String key, Findings findings) {
    if (!isTyped(path, key, findings)) {
      return null;
    }
    String normal = normal(Absent.text(path.getPath()), key + ".path", findings);
    return normal == null
        ? null
        : isExact(path) ? new PathMatch.Exact(normal) : new PathMatch.Prefix(normal);
  }

  private static boolean isExact(HTTPIngressPath path) {
    return Absent.text(path.getPathType()).equals("Exact");
  }

  /** Whether path and type go together; otherwise after a finding. */
  static boolean isTyped(HTTPIngressPath path, String key, Findings findings) {
    String written = Absent.text(path.getPath());
    String type = Absent.text(path.getPathType());
    if (!isExact(path)
        && !type.isEmpty()
        && !type.equals("Prefix")
        && !type.equals("ImplementationSpecific")) {
      findings.refuse(key + ".pathType", type, "Exact, Prefix or ImplementationSpecific");
      return false;
    }
    if (isExact(path) && written.isEmpty()) {
      findings.refuse(key + ".path", written, "a path that begins with a slash");
      return false;
    }
    return true;
  }

  /** The normal form of a path, or null after a finding. */
  static @Nullable String normal(String written, String key, Findings findings) {
    if (written.length() > LONGEST) {
      findings.refuse(key, written, "at most " + LONGEST + " characters");
      return null;
    }
    NormalPath read = NormalPath.of(bytes(written), EncodedSlash.KEEP);
    if (read instanceof NormalPath.Refused refused) {
      findings.refuse(key, written, "a path; " + refused.reason().text());
      return null;
    }
    String normal = ((NormalPath.Normal) read).path();
    if (!normal.equals(written) && !written.isEmpty()) {
      findings.tell(key, written, Verdict.DIFFERENT, "taken as " + Problem.shown(normal));
    }
    return normal;
  }

  /** Requests carry UTF-8, one character for each byte. */
  private static String bytes(String written) {
    return new String(written.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
