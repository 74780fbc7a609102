package dev.headwater.gateway.listen;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.routes.match.EncodedSlash;
import dev.headwater.sampling.network.NetworkSet;

/** Listeners that differ from the default in one thing. */
final class ListenerPolicies {
  private ListenerPolicies() {}

  static ListenerPolicy trusting(NetworkSet forwarded) {
    return of(forwarded, Limits.DEFAULT, EncodedSlash.REJECT);
  }

  static ListenerPolicy limited(Limits limits) {
    return of(NetworkSet.NONE, limits, EncodedSlash.REJECT);
  }

  static ListenerPolicy keepingSlashes() {
    return of(NetworkSet.NONE, Limits.DEFAULT, EncodedSlash.KEEP);
  }

  private static ListenerPolicy of(NetworkSet forwarded, Limits limits, EncodedSlash slash) {
    return new ListenerPolicy(
        "web",
        new BindAddress("127.0.0.1", 0),
        false,
        null,
        forwarded,
        NetworkSet.NONE,
        TrustPolicy.RESTART,
        ListenerPropagation.NONE,
        limits,
        slash,
        ListenerPolicy.ALL_PROTOCOLS,
        Http2Policy.DEFAULT);
  }
}
