package dev.headwater.routes.nginx;

import dev.headwater.routes.AccessPolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may in, by address.
 *
 * @param allow who may; empty for everybody; an Ingress has its own
 * @param deny who may not; an Ingress has its own
 * @param blocked who may not, whatever an Ingress says
 */
public record AccessTerms(NetworkSet allow, NetworkSet deny, NetworkSet blocked) {
  /** Everybody may. */
  static final AccessTerms OPEN =
      new AccessTerms(NetworkSet.NONE, NetworkSet.NONE, NetworkSet.NONE);

  /** The policy of a route. */
  public AccessPolicy policy() {
    if (blocked.isEmpty()) {
      return new AccessPolicy(allow, deny);
    }
    List<String> both = new ArrayList<>(deny.texts());
    both.addAll(blocked.texts());
    return new AccessPolicy(allow, NetworkSet.of(both));
  }

  /** What the ConfigMap says. */
  static AccessTerms ofConfigMap(KeyReader keys) {
    return new AccessTerms(
        keys.networks("whitelist-source-range", NetworkSet.NONE),
        keys.networks("denylist-source-range", NetworkSet.NONE),
        keys.networks("block-cidrs", NetworkSet.NONE));
  }

  /** What an Ingress says over it. */
  static AccessTerms ofIngress(KeyReader keys, AccessTerms otherwise) {
    String allow =
        keys.isSaid("whitelist-source-range") ? "whitelist-source-range" : "allowlist-source-range";
    if (keys.isSaid("whitelist-source-range") && keys.isSaid("allowlist-source-range")) {
      keys.tell("allowlist-source-range", Verdict.INERT, "whitelist-source-range goes first");
    }
    return new AccessTerms(
        keys.isSaid(allow) ? keys.networks(allow, NetworkSet.NONE) : otherwise.allow(),
        keys.isSaid("denylist-source-range")
            ? keys.networks("denylist-source-range", NetworkSet.NONE)
            : otherwise.deny(),
        otherwise.blocked());
  }
}
