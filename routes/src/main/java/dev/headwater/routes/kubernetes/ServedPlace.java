package dev.headwater.routes.kubernetes;

import dev.headwater.routes.PathMatch;
import dev.headwater.routes.PathRewrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and a path that an Ingress holds.
 *
 * @param suffix tells the route apart from others of its Ingress
 * @param hosts one or more
 * @param path which requests
 * @param upstream where they go
 * @param rewrite under which path, or null for the client's
 */
record ServedPlace(
    String suffix,
    List<String> hosts,
    PathMatch path,
    String upstream,
    @Nullable PathRewrite rewrite) {
  /** The place itself, or several where not all of its hosts have the same canary. */
  List<ServedPlace> apart(Claims claims) {
    if (hosts.size() == 1) {
      return List.of(this);
    }
    Map<String, List<String>> byCanary = new LinkedHashMap<>();
    for (String host : hosts) {
      CanaryShare share = claims.canary(host, path);
      byCanary
          .computeIfAbsent(share == null ? "" : share.canary().name(), key -> new ArrayList<>())
          .add(host);
    }
    if (byCanary.size() == 1) {
      return List.of(this);
    }
    List<ServedPlace> apart = new ArrayList<>();
    byCanary.forEach(
        (canary, some) -> {
          String own = canary.isEmpty() ? suffix : suffix + "/" + canary;
          apart.add(new ServedPlace(own, some, path, upstream, rewrite));
        });
    return apart;
  }

  /** What a canary takes of it; all of its hosts have the same. */
  @Nullable CanaryShare share(Claims claims) {
    return claims.canary(hosts.get(0), path);
  }
}
