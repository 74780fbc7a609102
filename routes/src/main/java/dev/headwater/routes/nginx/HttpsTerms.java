package dev.headwater.routes.nginx;

import dev.headwater.routes.HttpsPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests in clear, before it is known which hosts have a certificate.
 *
 * @param redirect whether they are sent to https where the host has one
 * @param force whether they are sent there even where it has none, as behind a balancer that ends
 *     TLS
 * @param status of that answer
 * @param inClear beginnings of rules' paths that are served in clear all the same
 * @param transportSecurity what answers under TLS say for the time to come, or null
 */
public record HttpsTerms(
    boolean redirect,
    boolean force,
    int status,
    List<String> inClear,
    @Nullable String transportSecurity) {
  public HttpsTerms {
    inClear = List.copyOf(inClear);
  }

  /**
   * The policy of a route.
   *
   * @param hasCertificate whether the host of its rule is named under {@code tls} of an Ingress
   * @param path of its rule
   */
  public HttpsPolicy policy(boolean hasCertificate, String path) {
    boolean spared = inClear.stream().anyMatch(path::startsWith);
    boolean sent = !spared && (force || (redirect && hasCertificate));
    return new HttpsPolicy(sent ? status : 0, hasCertificate ? transportSecurity : null);
  }
}
