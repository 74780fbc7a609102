package dev.headwater.routes;

import dev.headwater.sampling.propagation.TraceFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named group of endpoints that serve the same.
 *
 * @param name unique; behind an {@code @} it tells apart the same endpoints on other terms
 * @param endpoints where it is; without any, requests get 503
 * @param balance how one is chosen
 * @param host the Host to send, or null to preserve the client's
 * @param pool connections kept and waited for
 * @param tls for endpoints that are spoken to under TLS
 * @param inject trace formats to write towards it, or null for the listener's or the gateway's own
 * @param parentId whether B3 towards it carries the parent's id, or null for the gateway's own
 * @param meshName host and port by which Linkerd's proxy in ingress mode knows it, or null where
 *     none is to be told
 */
public record Upstream(
    String name,
    List<Endpoint> endpoints,
    Balance balance,
    @Nullable String host,
    PoolPolicy pool,
    UpstreamTls tls,
    @Nullable List<TraceFormat> inject,
    @Nullable Boolean parentId,
    @Nullable String meshName) {
  public Upstream {
    endpoints = List.copyOf(endpoints);
  }

  /** Of a name, the part that stands for the same on whatever terms. */
  public static String service(String name) {
    int terms = name.indexOf('@');
    return terms < 0 ? name : name.substring(0, terms);
  }

  /** How an endpoint is chosen among those that may be. */
  public enum Balance {
    /** In turn. */
    ROUND_ROBIN("round-robin"),
    /** The one with the fewest requests in flight; ties in turn. */
    LEAST_REQUEST("least-request");

    private final String label;

    Balance(String label) {
      this.label = label;
    }

    /** The name in configuration. */
    public String label() {
      return label;
    }
  }
}
