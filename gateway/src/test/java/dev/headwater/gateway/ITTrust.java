package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who is trusted with trace context: the TCP peer, and the client that it names where it is
 * believed, by listener or by route, in every combination. Peers are addresses of loopback.
 */
@FaultRow("T8")
class ITTrust {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String FRIEND = "127.0.0.1";
  private static final String STRANGER = "127.0.0.2";
  private static final String FRIENDS_CLIENT = "192.0.2.7";
  private static final String STRANGE_CLIENT = "198.51.100.7";

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  /** One combination; {@code named} is whom X-Forwarded-For names, or null. */
  record Combination(
      String peer, boolean forwardedIsBelieved, @Nullable String named, boolean byRoute) {
    boolean isTrusted() {
      boolean clientCounts = forwardedIsBelieved && named != null;
      return peer.equals(FRIEND) && (!clientCounts || FRIENDS_CLIENT.equals(named));
    }

    String listener() {
      return (forwardedIsBelieved ? "behind" : "plain") + (byRoute ? "-open" : "");
    }
  }

  static List<Combination> combinations() {
    List<Combination> all = new ArrayList<>();
    for (String peer : List.of(FRIEND, STRANGER)) {
      for (boolean believed : List.of(true, false)) {
        for (boolean byRoute : List.of(true, false)) {
          all.add(new Combination(peer, believed, null, byRoute));
          all.add(new Combination(peer, believed, FRIENDS_CLIENT, byRoute));
          all.add(new Combination(peer, believed, STRANGE_CLIENT, byRoute));
        }
      }
    }
    return all;
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.answering(RawUpstream.OK);
    gateway =
        RunningGateway.of(
            """
            listeners:
              - name: plain
                address: "127.0.0.1:0"
                trace: {trusted: [127.0.0.1, 192.0.2.0/24]}
              - name: behind
                address: "127.0.0.1:0"
                forwarded: {trusted: [127.0.0.0/8]}
                trace: {trusted: [127.0.0.1, 192.0.2.0/24]}
              - name: plain-open
                address: "127.0.0.1:0"
                trace: {trusted: [0.0.0.0/0]}
              - name: behind-open
                address: "127.0.0.1:0"
                forwarded: {trusted: [127.0.0.0/8]}
                trace: {trusted: [0.0.0.0/0]}
            upstreams:
              - {name: app, endpoints: ["http://127.0.0.1:%d"]}
            routes:
              - name: own
                match: {path: {prefix: /own}}
                to: [{upstream: app}]
                trace: {trusted: [127.0.0.1, 192.0.2.0/24]}
              - {name: all, to: [{upstream: app}]}
            tracing: {sampling: {rate: 0}, store: {}}
            """
                .formatted(upstream.port()));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void decisionIsInherited_onlyFromWhomPeerAndClientVouchFor(Combination combination)
      throws Exception {
    String named =
        combination.named() == null ? "" : "X-Forwarded-For: " + combination.named() + "\r\n";
    String path = combination.byRoute() ? "/own" : "/";
    try (RawClient client = gateway.connect(combination.listener(), combination.peer())) {
      client.send(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: a\r\n"
              + named
              + "b3: "
              + TRACE
              + "-b7ad6b7169203331-1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
    SeenHead seen = new SeenHead(upstream.request());
    assertThat(seen.sampled()).isEqualTo(combination.isTrusted());
    assertThat(seen.traceId().equals(TRACE)).isEqualTo(combination.isTrusted());
  }
}
