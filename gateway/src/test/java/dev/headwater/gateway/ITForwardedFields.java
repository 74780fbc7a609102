package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.TrustPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.propagation.TrustMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zipkin2.Span;

/** Fields between client and upstream: what is kept, replaced, added, taken out (FAULTS.md D). */
class ITForwardedFields {
  private static final NetworkSet LOOPBACK = NetworkSet.of(List.of("127.0.0.0/8"));
  private static final NetworkSet INSIDE = NetworkSet.of(List.of("127.0.0.0/8", "10.0.0.0/8"));
  private static final Pattern UUID_V4 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private static final String FORGED =
      "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
          + "X-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /evil\r\nForwarded: for=1.1.1.1\r\n"
          + "X-Real-IP: 1.1.1.1\r\nX-Request-ID: forged\r\nX_Forwarded_For: 1.1.1.1\r\n"
          + "X_Real_IP: 1.1.1.1\r\n";

  private static String values(String head, String name) {
    StringBuilder all = new StringBuilder();
    for (String line : head.split("\r\n")) {
      if (line.regionMatches(true, 0, name + ": ", 0, name.length() + 2)) {
        all.append(all.length() == 0 ? "" : "|").append(line.substring(name.length() + 2));
      }
    }
    return all.toString();
  }

  /** What the upstream saw of a request with those fields. */
  private static String seen(Configurations configuration, RawUpstream upstream, String fields)
      throws Exception {
    try (RunningGateway gateway = RunningGateway.of(configuration);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: Example.com:80\r\n" + fields + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      return upstream.request();
    }
  }

  @Test
  void strangers_forwardedFields_areReplaced() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String seen = seen(Configurations.to(upstream.port()), upstream, FORGED);
      assertThat(values(seen, "X-Forwarded-For")).isEqualTo("127.0.0.1");
      assertThat(values(seen, "X-Forwarded-Proto")).isEqualTo("http");
      assertThat(values(seen, "X-Forwarded-Host")).isEqualTo("Example.com:80");
      assertThat(values(seen, "X-Forwarded-Port")).matches("[1-9][0-9]*").isNotEqualTo("443");
      assertThat(values(seen, "Forwarded"))
          .isEqualTo("for=127.0.0.1;host=\"Example.com:80\";proto=http");
      assertThat(values(seen, "X-Real-IP")).isEqualTo("127.0.0.1");
      assertThat(values(seen, "X-Request-ID")).matches(UUID_V4);
      assertThat(values(seen, "Host")).isEqualTo("Example.com:80");
      assertThat(seen).doesNotContain("1.1.1.1").doesNotContain("evil").doesNotContain("_");
    }
  }

  @Test
  void trustedProxy_fieldsAreKept_andAppended() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String seen = seen(Configurations.to(upstream.port()).forwarded(LOOPBACK), upstream, FORGED);
      assertThat(values(seen, "X-Forwarded-For")).isEqualTo("1.1.1.1, 127.0.0.1");
      assertThat(values(seen, "X-Forwarded-Proto")).isEqualTo("https");
      assertThat(values(seen, "X-Forwarded-Host")).isEqualTo("evil");
      assertThat(values(seen, "X-Forwarded-Port")).isEqualTo("443");
      assertThat(values(seen, "X-Forwarded-Prefix")).isEqualTo("/evil");
      assertThat(values(seen, "Forwarded"))
          .isEqualTo("for=1.1.1.1, for=127.0.0.1;host=\"Example.com:80\";proto=http");
      assertThat(values(seen, "X-Real-IP")).isEqualTo("1.1.1.1");
      assertThat(values(seen, "X-Request-ID")).isEqualTo("forged");
      assertThat(seen).doesNotContain("_");
    }
  }

  @Test
  void trustedProxy_withoutFields_getsOurs() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String seen =
          seen(
              Configurations.to(upstream.port()).forwarded(LOOPBACK),
              upstream,
              "X-Request-ID: \"} evil\r\n");
      assertThat(values(seen, "X-Forwarded-For")).isEqualTo("127.0.0.1");
      assertThat(values(seen, "X-Forwarded-Proto")).isEqualTo("http");
      assertThat(values(seen, "X-Request-ID")).matches(UUID_V4);
    }
  }

  @Test
  void hopByHop_requestFields_goNoFurther() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK)) {
      String seen =
          seen(
              Configurations.to(upstream.port()),
              upstream,
              "Connection: keep-alive, Foo, X-Forwarded-For, Authorization, b3, Host\r\nFoo: 1\r\n"
                  + "Keep-Alive: timeout=5\r\nProxy-Connection: x\r\nProxy-Authorization: secret\r\n"
                  + "Upgrade: h2c\r\nHTTP2-Settings: x\r\nTE: gzip\r\nTrailer: T\r\nProxy: evil\r\n"
                  + "Authorization: Bearer kept\r\nCookie: kept\r\nBar: kept\r\n");
      assertThat(values(seen, "Authorization")).isEqualTo("Bearer kept");
      assertThat(values(seen, "Cookie")).isEqualTo("kept");
      assertThat(values(seen, "Bar")).isEqualTo("kept");
      assertThat(values(seen, "X-Forwarded-For")).isEqualTo("127.0.0.1");
      assertThat(values(seen, "Host")).isEqualTo("Example.com:80");
      for (String gone :
          "Foo Keep-Alive Proxy-Connection Proxy-Authorization Upgrade HTTP2-Settings TE Trailer Proxy"
              .split(" ")) {
        assertThat(values(seen, gone)).as(gone).isEmpty();
      }
      assertThat(values(seen, "Connection")).isEmpty();
    }
  }

  @Test
  void hopByHop_responseFields_goNoFurther() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering(
                "HTTP/1.1 200 OK\r\nConnection: Foo, Set-Cookie, Content-Length\r\nFoo: 1\r\n"
                    + "Keep-Alive: x\r\nProxy-Authenticate: x\r\nUpgrade: x\r\nTrailer: x\r\n"
                    + "Set-Cookie: a=b\r\nBar:kept \r\nContent-Length: 2\r\n\r\nok");
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        String response = client.response();
        assertThat(response)
            .isEqualTo(
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nBar: kept\r\nContent-Length: 2\r\n\r\nok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void headerFilters_editBothWays() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.answering(
                "HTTP/1.1 200 OK\r\nServer: hidden\r\nContent-Length: 2\r\n\r\nok");
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .filters(
                        new HeaderFilter(
                            HeaderFilter.Direction.REQUEST,
                            Map.of("x-set", "1"),
                            Map.of("x-add", "2"),
                            List.of("x-remove", "x-forwarded-port")),
                        new HeaderFilter(
                            HeaderFilter.Direction.RESPONSE,
                            Map.of("x-set", "3"),
                            Map.of(),
                            List.of("server"))));
        RawClient client = gateway.connect()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nX-Set: a\r\nX-Set: b\r\nX-Add: c\r\nX-Remove: d\r\n\r\n");
      assertThat(client.response()).contains("x-set: 3\r\n").doesNotContain("hidden");
      String seen = upstream.request();
      assertThat(values(seen, "x-set")).isEqualTo("1");
      assertThat(values(seen, "x-add")).isEqualTo("c|2");
      assertThat(values(seen, "x-remove")).isEmpty();
      assertThat(values(seen, "x-forwarded-port")).isEmpty();
    }
  }

  @Test
  void refusedAndUnrouted_answersNameTheRequest() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()))) {
      for (String request : new String[] {"GET /a%2fb HTTP/1.1\r\nHost: a", "TRACE / HTTP/1.1"}) {
        try (RawClient client = gateway.connect()) {
          client.send(request + "\r\n\r\n");
          assertThat(client.response()).contains("trace id: ").contains("request id: ");
          assertThat(gateway.trace(0).get(0).tags()).containsKey("request_id");
        }
      }
    }
  }

  /**
   * Full trust needs the peer to be listed and, where it names a client that was believed, that
   * client too; a stranger's context becomes a tag.
   */
  @ParameterizedTest
  @CsvSource({
    "false, false, '', false",
    "true, false, '', true",
    "true, false, 1.1.1.1, true",
    "true, true, 10.1.1.1, true",
    "true, true, 1.1.1.1, false",
    "false, true, 10.1.1.1, false"
  })
  void trace_isTakenOver_onlyFromTrustedPeersAndClients(
      boolean trusted, boolean forwarded, String client, boolean taken) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .forwarded(forwarded ? LOOPBACK : NetworkSet.NONE)
                    .trust(
                        new TrustPolicy(TrustMode.RESTART, trusted ? INSIDE : NetworkSet.NONE)));
        RawClient sender = gateway.connect()) {
      String id = "463ac35c9f6413ad48485a3953bb6124";
      sender.send(
          "GET / HTTP/1.1\r\nHost: a\r\nb3: "
              + id
              + "-0020000000000001-1\r\ntraceparent: 00-11111111111111111111111111111111-"
              + "2222222222222222-01\r\nuber-trace-id: 1:1:0:1\r\n"
              + (client.isEmpty() ? "" : "X-Forwarded-For: " + client + "\r\n")
              + "\r\n");
      assertThat(sender.response()).startsWith("HTTP/1.1 200 ");
      String seen = upstream.request();
      Span server = gateway.trace(1).get(0);
      assertThat(server.traceId().equals(id)).isEqualTo(taken);
      assertThat(server.tags().get("client.trace_id")).isEqualTo(taken ? null : id);
      // One context leaves, whatever came.
      assertThat(values(seen, "X-B3-TraceId")).isEqualTo(server.traceId());
      assertThat(values(seen, "X-B3-Sampled")).isEqualTo("1");
      assertThat(values(seen, "b3")).isEmpty();
      assertThat(values(seen, "traceparent")).isEmpty();
      assertThat(values(seen, "uber-trace-id")).isEmpty();
      String ip = forwarded && !client.isEmpty() ? client : "127.0.0.1";
      assertThat(server.remoteEndpoint().ipv4()).isEqualTo(ip);
    }
  }

  @Test
  void tracingOff_headersPassUntouched_noSpans() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).tracing(false));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nb3: 1-1-1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      assertThat(upstream.request()).contains("b3: 1-1-1\r\n").doesNotContain("X-B3");
      assertThat(gateway.waitingSpans()).isZero();
    }
  }

  @Test
  void errorBody_jsonOrText_namesTraceAndRequest() throws Exception {
    try (RunningGateway gateway =
            RunningGateway.of(Configurations.to(ITBrokenUpstream.unused()).forwarded(LOOPBACK));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: id-7\r\n\r\n");
      String text = client.response();
      assertThat(text).startsWith("HTTP/1.1 502 ").contains("request id: id-7\n");
      String traceId = gateway.trace(3).get(0).traceId();
      assertThat(text).contains("trace id: " + traceId + "\n");
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n");
      assertThat(client.response())
          .contains("Content-Type: application/json\r\n")
          .contains("\"reason\":\"connect_refused\"");
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 200 ")
          .contains("grpc-status: 14\r\n")
          .contains("grpc-message: connect_refused\r\n");
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 502 ");
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
    }
  }
}
