package dev.headwater.routes.nginx;

import dev.headwater.routes.Http2Policy;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ConfigMap's keys about clients' connections. */
final class ListenerReading {
  private static final String CIDR = "proxy-real-ip-cidr";
  private static final String FORWARDED = "use-forwarded-headers";
  private static final String REAL_IP = "enable-real-ip";
  private static final String PROXY = "use-proxy-protocol";
  private static final String FULL = "compute-full-forwarded-for";
  private static final String HEADERS = "large-client-header-buffers";
  private static final String PROTOCOLS = "ssl-protocols";

  private static final int HOUR = 3_600;
  private static final int LEAST_BUFFER = 1 << 10;
  private static final int MOST_HEAD = 1 << 20;
  private static final Pattern BUFFERS = Pattern.compile("\\s*([0-9]{1,4})\\s+([0-9]+[kKmM]?)\\s*");
  private static final Set<String> OLD_VERSIONS = Set.of("SSLv2", "SSLv3", "TLSv1", "TLSv1.1");

  private final KeyReader keys;

  ListenerReading(KeyReader keys) {
    this.keys = keys;
  }

  /** What was read, with the trust and the body size that others read. */
  ListenerTerms terms(TrustPolicy trust, long bodyBytes) {
    NetworkSet networks = keys.networks(CIDR);
    boolean forwarded = keys.bool(FORWARDED);
    boolean realIp = keys.bool(REAL_IP);
    boolean proxies = keys.bool(PROXY);
    tellOfForwarding(forwarded || realIp, proxies);
    return new ListenerTerms(
        forwarded || realIp ? networks : NetworkSet.NONE,
        proxies ? proxies(networks) : NetworkSet.NONE,
        trust,
        limits(bodyBytes),
        keys.bool("use-http2") ? ListenerPolicy.ALL_PROTOCOLS : Set.of(HttpProtocol.HTTP_1),
        http2(),
        version());
  }

  private void tellOfForwarding(boolean forwarded, boolean proxies) {
    if (keys.isGiven(CIDR) && !keys.isRefused(CIDR) && !forwarded && !proxies) {
      keys.tell(
          CIDR,
          Verdict.INERT,
          "read only beside " + FORWARDED + ", " + REAL_IP + " or " + PROXY + ": true");
    }
    for (String name : List.of(FORWARDED, REAL_IP, PROXY)) {
      if (keys.isGiven(name) && !keys.isRefused(name) && !keys.bool(name)) {
        keys.tell(name, Verdict.APPLIED, "");
      }
    }
    if (keys.isGiven(FULL) && !keys.isRefused(FULL) && (keys.bool(FULL) || !forwarded)) {
      keys.tell(FULL, Verdict.APPLIED, "");
    }
  }

  /** Every peer has to send a PROXY header there, those of IPv6 as well. */
  private NetworkSet proxies(NetworkSet networks) {
    if (keys.isGiven(CIDR)) {
      return networks;
    }
    keys.tell(PROXY, Verdict.APPLIED, "");
    return NetworkSet.of(List.of("0.0.0.0/0", "::/0"));
  }

  private Limits limits(long bodyBytes) {
    Limits usual = Limits.DEFAULT;
    Buffers heads = heads();
    Duration headTimeout = keys.time("client-header-timeout", 1, HOUR);
    keys.time("client-body-timeout", 1, HOUR);
    Duration idle = keys.time("keep-alive", 1, 24 * HOUR);
    return new Limits(
        heads.all(),
        usual.fields(),
        heads.size(),
        bodyBytes,
        headTimeout,
        idle,
        // As there: an unread response has as long as an unsent request.
        Duration.ofSeconds(60),
        usual.bodyRate(),
        usual.bodyGrace(),
        usual.connections());
  }

  private Buffers heads() {
    return keys.read(
        HEADERS,
        "a number and a size such as 4 8k: sizes of 1k to 1m, 1m in all",
        ListenerReading::buffers,
        new Buffers(4, 8 << 10));
  }

  private static @Nullable Buffers buffers(String text) {
    Matcher written = BUFFERS.matcher(text);
    if (!written.matches()) {
      return null;
    }
    long number = NginxUnits.whole(written.group(1));
    long size = NginxUnits.bytes(written.group(2));
    return number < 1 || size < LEAST_BUFFER || size > MOST_HEAD || number * size > MOST_HEAD
        ? null
        : new Buffers((int) number, (int) size);
  }

  private record Buffers(int number, int size) {
    int all() {
      return number * size;
    }
  }

  private Http2Policy http2() {
    Http2Policy usual = Http2Policy.DEFAULT;
    return new Http2Policy(
        keys.whole("http2-max-concurrent-streams", 1, 10_000),
        usual.streamWindow(),
        usual.connectionWindow(),
        usual.resets(),
        usual.controlFrames());
  }

  private ListenerTls.Version version() {
    List<String> words = new ArrayList<>();
    boolean read =
        keys.read(
            PROTOCOLS,
            "TLSv1.2 or TLSv1.3, or both, with a blank between them",
            text -> {
              words.addAll(List.of(text.strip().split("\\s+", -1)));
              words.removeAll(OLD_VERSIONS);
              return !words.isEmpty() && Set.of("TLSv1.2", "TLSv1.3").containsAll(words)
                  ? Boolean.TRUE
                  : null;
            },
            false);
    if (!read) {
      return ListenerTls.Version.TLS_1_2;
    }
    boolean exact =
        words.contains("TLSv1.3")
            && keys.text(PROTOCOLS).strip().split("\\s+", -1).length == words.size();
    if (exact) {
      keys.tell(PROTOCOLS, Verdict.APPLIED, "");
    }
    return words.contains("TLSv1.2") ? ListenerTls.Version.TLS_1_2 : ListenerTls.Version.TLS_1_3;
  }
}
