package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import dev.headwater.gateway.overload.HeapGauge;
import dev.headwater.gateway.overload.Pressure;
import dev.headwater.routes.ProcessLimits;
import dev.headwater.routes.RouteLimits;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the process takes on (FAULTS.md C6 to C8): refused at once, counted, and over by itself. */
class ITOverload {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Answers as many requests as it is let to. */
  private static RawUpstream answering(Semaphore permits) throws Exception {
    return new RawUpstream(
        peer -> {
          while (peer.request() != null) {
            permits.acquire();
            peer.send(RawUpstream.OK);
          }
        });
  }

  private static ProcessLimits process(int connections, int inFlight) {
    return new ProcessLimits(connections, inFlight, 0.90, 0.95);
  }

  @ParameterizedTest
  @ValueSource(strings = {"process", "route"})
  @FaultRow("C7")
  void inFlight_atTheLimit_served_beyondIt_refusedAtOnce(String whose) throws Exception {
    Semaphore permits = new Semaphore(0);
    try (RawUpstream upstream = answering(permits)) {
      Configurations configuration = Configurations.to(upstream.port());
      configuration =
          whose.equals("route")
              ? configuration.limits(new RouteLimits(3))
              : configuration.limits(process(100, 3));
      try (RunningGateway gateway = RunningGateway.of(configuration);
          RawClient beyond = gateway.connect()) {
        List<RawClient> within = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          within.add(gateway.connect().send(GET));
        }
        for (int i = 0; i < 3; i++) {
          upstream.request();
        }
        String reason = whose.equals("route") ? "route_in_flight" : "in_flight";
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
          long from = System.nanoTime();
          beyond.send(GET);
          String answer = beyond.response();
          fastest = Math.min(fastest, System.nanoTime() - from);
          assertThat(answer)
              .startsWith("HTTP/1.1 503 ")
              .contains("\r\nRetry-After: 1\r\n", "reason: " + reason + "\n")
              .doesNotContain("Connection: close");
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(fastest)).isLessThan(10);
        assertThat(upstream.waiting()).isZero();
        assertThat(upstream.connections()).isEqualTo(3);
        assertThat(gateway.failures("route", reason)).isEqualTo(200);
        permits.release(1);
        Await.until(
            "one was answered",
            () ->
                within.get(0).socket().getInputStream().available()
                        + within.get(1).socket().getInputStream().available()
                        + within.get(2).socket().getInputStream().available()
                    > 0);
        permits.release(100);
        for (RawClient client : within) {
          assertThat(client.response()).startsWith("HTTP/1.1 200 ");
          client.close();
        }
        beyond.send(GET);
        assertThat(beyond.response()).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  /** A request that its client gives up, or that fails, gives its place back too. */
  @Test
  @FaultRow("C7")
  void inFlight_ofRequestsThatEndBadly_isGivenBack() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  while (peer.request() != null) {
                    peer.closedByGateway();
                  }
                });
        RunningGateway gateway =
            RunningGateway.of(
                Configurations.to(upstream.port())
                    .limits(process(100, 2))
                    .limits(new RouteLimits(1)))) {
      for (int i = 0; i < 50; i++) {
        RawClient client = gateway.connect().send(GET);
        upstream.request();
        client.reset();
        Await.until("it is gone", () -> gateway.gateway().connections() == 0);
      }
      assertThat(gateway.failures("route", "in_flight")).isZero();
      assertThat(gateway.failures("route", "route_in_flight")).isZero();
    }
  }

  @Test
  @FaultRow("C7")
  void inFlight_limitChangedWhileRequestsRun_countsThem() throws Exception {
    Semaphore permits = new Semaphore(0);
    try (RawUpstream upstream = answering(permits);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).limits(new RouteLimits(1)));
        RawClient first = gateway.connect().send(GET);
        RawClient second = gateway.connect();
        RawClient third = gateway.connect()) {
      upstream.request();
      gateway.swap(Configurations.to(upstream.port()).limits(new RouteLimits(2)));
      second.send(GET);
      upstream.request();
      third.send(GET);
      assertThat(third.response()).startsWith("HTTP/1.1 503 ");
      gateway.swap(Configurations.to(upstream.port()));
      third.send(GET);
      upstream.request();
      permits.release(3);
      assertThat(first.response()).startsWith("HTTP/1.1 200 ");
      assertThat(second.response()).startsWith("HTTP/1.1 200 ");
      assertThat(third.response()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  @FaultRow("C6")
  void connections_beyondTheLimitOfTheProcess_closedAtOnce_onEveryListener() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                """
                listeners:
                  - {name: web, address: "127.0.0.1:0"}
                  - {name: other, address: "127.0.0.1:0"}
                upstreams: [{name: u, endpoints: ["http://127.0.0.1:%d"]}]
                routes: [{name: all, to: [{upstream: u}]}]
                limits: {connections: 3}
                drain: {timeout: 1s}
                """
                    .formatted(upstream.port()))) {
      List<RawClient> served = new ArrayList<>();
      for (String listener : List.of("web", "other", "web")) {
        RawClient client = gateway.connect(listener, "127.0.0.1").send(GET);
        assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        served.add(client);
      }
      for (String listener : List.of("web", "other")) {
        try (RawClient refused = gateway.connect(listener, "127.0.0.1")) {
          assertThat(refused.rest()).isIn("", "<reset>");
        }
      }
      for (RawClient client : served) {
        assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
      }
      assertThat(gateway.view().listeners()).allSatisfy(l -> assertThat(l.refused()).isEqualTo(1));
      served.get(0).close();
      Await.until("there is room again", () -> gateway.gateway().connections() == 2);
      try (RawClient next = gateway.connect("other", "127.0.0.1").send(GET)) {
        assertThat(next.response()).startsWith("HTTP/1.1 200 ");
      }
      for (RawClient client : served) {
        client.close();
      }
    }
  }

  /**
   * HTTP/2 says the same with GOAWAY: what is under way is answered, what is new goes elsewhere.
   */
  @Test
  @FaultRow("C8")
  void heapNearlyFull_http2ConnectionsAreToldToGo() throws Exception {
    Heap heap = new Heap();
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()), heap);
        Http2Client client = Http2Client.over(new Socket("127.0.0.1", gateway.port())).begin()) {
      assertThat(client.answer(client.request("GET", "/")).status()).isEqualTo(200);
      assertThat(client.count(Http2Frame.GOAWAY)).isZero();
      heap.inUse = 0.91;
      client.await("GOAWAY", frame -> frame.type() == Http2Frame.GOAWAY);
      Await.until("it is closed", () -> gateway.gateway().connections() == 0);
      heap.inUse = 0.5;
      Await.until("it is seen", () -> gateway.gateway().pressure() == Pressure.Level.NONE);
      try (Http2Client next = Http2Client.over(new Socket("127.0.0.1", gateway.port())).begin()) {
        assertThat(next.answer(next.request("GET", "/")).status()).isEqualTo(200);
      }
    }
  }

  /** Every stream is a request in flight; one too many is refused and the connection goes on. */
  @Test
  @FaultRow("C7")
  void inFlight_countsStreamsToo() throws Exception {
    Semaphore permits = new Semaphore(0);
    try (RawUpstream upstream = answering(permits);
        RunningGateway gateway =
            RunningGateway.of(Configurations.to(upstream.port()).limits(new RouteLimits(2)));
        Http2Client client = Http2Client.over(new Socket("127.0.0.1", gateway.port())).begin()) {
      int first = client.request("GET", "/");
      int second = client.request("GET", "/");
      upstream.request();
      upstream.request();
      assertThat(client.answer(client.request("GET", "/")).status()).isEqualTo(503);
      permits.release(3);
      assertThat(client.answer(first).status()).isEqualTo(200);
      assertThat(client.answer(second).status()).isEqualTo(200);
      assertThat(client.answer(client.request("GET", "/")).status()).isEqualTo(200);
    }
  }

  private static final class Heap implements HeapGauge {
    private volatile double inUse = 0.5;

    @Override
    public double inUse() {
      return inUse;
    }

    @Override
    public void collect() {}
  }

  @Test
  @FaultRow("C8")
  void heapNearlyFull_clientsAreToldToClose_thenRefused_untilItIsNot() throws Exception {
    Heap heap = new Heap();
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()), heap);
        RawClient early = gateway.connect();
        RawClient kept = gateway.connect()) {
      assertThat(early.send(GET).response()).doesNotContain("Connection: close");
      assertThat(kept.send(GET).response()).doesNotContain("Connection: close");

      heap.inUse = 0.91;
      Await.until("it is seen", () -> gateway.gateway().pressure() == Pressure.Level.CLOSE);
      assertThat(early.send(GET).response())
          .startsWith("HTTP/1.1 200 ")
          .contains("\r\nConnection: close\r\n");
      assertThat(early.rest()).isEmpty();

      heap.inUse = 0.97;
      Await.until("it is seen", () -> gateway.gateway().pressure() == Pressure.Level.REFUSE);
      int before = upstream.waiting();
      try (RawClient late = gateway.connect()) {
        assertThat(late.send(GET).response())
            .startsWith("HTTP/1.1 503 ")
            .contains("\r\nRetry-After: 1\r\n", "\r\nConnection: close\r\n", "reason: heap\n");
        assertThat(late.rest()).isEmpty();
      }
      assertThat(upstream.waiting()).isEqualTo(before);
      assertThat(gateway.failures("route", "heap")).isEqualTo(1);

      heap.inUse = 0.5;
      Await.until("it is seen", () -> gateway.gateway().pressure() == Pressure.Level.NONE);
      for (int i = 0; i < 3; i++) {
        assertThat(kept.send(GET).response())
            .startsWith("HTTP/1.1 200 ")
            .doesNotContain("Connection: close");
      }
    }
  }
}
