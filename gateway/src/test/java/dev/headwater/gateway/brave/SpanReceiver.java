package dev.headwater.gateway.brave;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import zipkin2.codec.SpanBytesDecoder;

/**
 * A Zipkin collector inside the test: takes posts of JSON, has zipkin's own decoder judge each, and
 * hands the spans on as brave's.
 *
 * <p>Names are read from the JSON itself, because zipkin's decoder lowers their case.
 */
final class SpanReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 10;

  private final HttpServer server;
  private final Consumer<MutableSpan> sink;
  private final List<MutableSpan> spans = new ArrayList<>();

  /**
   * Listens on a free port of loopback.
   *
   * @param sink told each span on a thread of the server
   */
  SpanReceiver(Consumer<MutableSpan> sink) throws IOException {
    this.sink = sink;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v2/spans", this::receive);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
        body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      }
      List<zipkin2.Span> valid = SpanBytesDecoder.JSON_V2.decodeList(body);
      JsonNode read = JSON.readTree(body);
      if (read.size() != valid.size()) {
        throw new AssertionError(read.size() + " spans sent, " + valid.size() + " understood");
      }
      read.forEach(span -> add(toBrave(span)));
      exchange.sendResponseHeaders(202, -1);
    }
  }

  private void add(MutableSpan span) {
    synchronized (this) {
      spans.add(span);
      notifyAll();
    }
    sink.accept(span);
  }

  /** The first span so far that satisfies a condition, waited for if need be. */
  synchronized MutableSpan await(String description, Predicate<MutableSpan> condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      for (MutableSpan span : spans) {
        if (condition.test(span)) {
          return span;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("no " + description + " among " + spans);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting for " + description, e);
      }
    }
  }

  /** The CLIENT span with this id. */
  MutableSpan attempt(String id) {
    return await("CLIENT span " + id, span -> span.kind() == Kind.CLIENT && span.id().equals(id));
  }

  /** The SERVER span with this id. */
  MutableSpan server(String id) {
    return await("SERVER span " + id, span -> span.kind() == Kind.SERVER && span.id().equals(id));
  }

  /** The SERVER span of this request path. */
  MutableSpan serverOf(String path) {
    return await("SERVER span of " + path, span -> isOf(span, Kind.SERVER, path));
  }

  /** The CLIENT span of this request path. */
  MutableSpan attemptOf(String path) {
    return await("CLIENT span of " + path, span -> isOf(span, Kind.CLIENT, path));
  }

  private static boolean isOf(MutableSpan span, Kind kind, String path) {
    return span.kind() == kind && path.equals(span.tag("http.path"));
  }

  /** All spans so far. */
  synchronized List<MutableSpan> spans() {
    return List.copyOf(spans);
  }

  private static MutableSpan toBrave(JsonNode json) {
    MutableSpan span = new MutableSpan();
    span.traceId(json.get("traceId").asText());
    span.id(json.get("id").asText());
    if (json.has("parentId")) {
      span.parentId(json.get("parentId").asText());
    }
    if (json.has("kind")) {
      span.kind(Kind.valueOf(json.get("kind").asText()));
    }
    span.name(json.path("name").asText(null));
    long start = json.path("timestamp").asLong();
    span.startTimestamp(start);
    if (json.has("duration")) {
      span.finishTimestamp(start + json.get("duration").asLong());
    }
    if (json.path("shared").asBoolean()) {
      span.setShared();
    }
    span.localServiceName(json.path("localEndpoint").path("serviceName").asText(null));
    JsonNode remote = json.path("remoteEndpoint");
    span.remoteServiceName(remote.path("serviceName").asText(null));
    span.remoteIp(
        remote.has("ipv4") ? remote.get("ipv4").asText() : remote.path("ipv6").asText(null));
    span.remotePort(remote.path("port").asInt());
    json.path("tags").properties().forEach(tag -> span.tag(tag.getKey(), tag.getValue().asText()));
    json.path("annotations")
        .forEach(each -> span.annotate(each.get("timestamp").asLong(), each.get("value").asText()));
    return span;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
