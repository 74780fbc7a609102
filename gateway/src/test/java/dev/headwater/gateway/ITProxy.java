package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import zipkin2.Span;

class ITProxy {
  @Test
  void request_answeredByUpstream_hasServerAndClientSpan() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      client.send("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\n\r\n");

      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
      String seen = upstream.request();
      List<Span> spans = gateway.spans(2);
      Map<Span.Kind, Span> byKind =
          spans.stream().collect(java.util.stream.Collectors.toMap(Span::kind, span -> span));
      Span server = byKind.get(Span.Kind.SERVER);
      Span clientSpan = byKind.get(Span.Kind.CLIENT);
      assertThat(seen)
          .startsWith("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\n")
          .contains("X-B3-TraceId: " + server.traceId() + "\r\n")
          .contains("X-B3-SpanId: " + clientSpan.id() + "\r\n")
          .contains("X-B3-Sampled: 1\r\n");
      assertThat(server.parentId()).isNull();
      assertThat(clientSpan.parentId()).isEqualTo(server.id());
      assertThat(server.tags()).containsEntry("http.status_code", "200");
    }
  }

  @Test
  void connection_keptOnBothSides() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 100; i++) {
        client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response()).contains(" 200 ");
        assertThat(upstream.request()).startsWith("GET /" + i + " HTTP/1.1");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void pipelined_thousandGets_answeredInOrder() throws Exception {
    try (RawUpstream upstream =
            new RawUpstream(
                peer -> {
                  for (String head = peer.request(); head != null; head = peer.request()) {
                    String path = head.split(" ")[1];
                    peer.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
                  }
                });
        RunningGateway gateway = RunningGateway.of(Configurations.to(upstream.port()));
        RawClient client = gateway.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 1000; i++) {
        assertThat(client.response()).endsWith("\r\n\r\n/" + i);
      }
    }
  }
}
