package dev.headwater.gateway.pipeline;

import dev.headwater.routes.Route;
import dev.headwater.routes.Route.WeightedUpstream;
import dev.headwater.routes.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * What a cookie that keeps a client at its endpoint says: the endpoint, and of which upstream, by a
 * mark that does not spell its name. Browsers send cookies of one path to those below, so a mark
 * also tells what another route gave. Cookies without one are of other programs.
 *
 * @param key of the endpoint, not empty
 * @param mark of the upstream; empty where nothing is said of it
 */
public record StickyValue(String key, String mark) {
  private static final char BETWEEN = '~';

  /** Of a cookie's value; null for none and for one without a key. */
  public static @Nullable StickyValue of(@Nullable String written) {
    if (written == null) {
      return null;
    }
    int at = written.indexOf(BETWEEN);
    String key = at < 0 ? written : written.substring(0, at);
    return key.isEmpty() ? null : new StickyValue(key, at < 0 ? "" : written.substring(at + 1));
  }

  /** The mark of an upstream, the same on whatever terms it is spoken to. */
  public static String mark(String upstream) {
    String service = Upstream.service(upstream);
    long hash = 0xcbf29ce484222325L; // FNV-1a over characters
    for (int i = 0; i < service.length(); i++) {
      hash = (hash ^ service.charAt(i)) * 0x100000001b3L;
    }
    return Long.toHexString(hash);
  }

  /** The upstream of a route that it speaks of, or null where it speaks of none of them. */
  public @Nullable String upstream(Route route) {
    for (WeightedUpstream each : route.to()) {
      if (mark(each.upstream()).equals(mark)) {
        return each.upstream();
      }
    }
    return null;
  }

  /**
   * Whether its key says something of that upstream of a route. Where there is no other, any key
   * does: with one cookie for several paths of a host, each of their routes goes by the same key.
   */
  public boolean isOf(Route route, String upstream) {
    return route.to().size() == 1 || mark(upstream).equals(mark);
  }

  /** As a cookie has it. */
  @Override
  public String toString() {
    return mark.isEmpty() ? key : key + BETWEEN + mark;
  }
}
