package dev.headwater.gateway.demo;

import brave.Clock;
import brave.Span.Kind;
import brave.handler.SpanHandler;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for one side of a mesh proxy: requests from other pods to the application (inbound),
 * or from the application to other pods (outbound). It forwards and adds two spans, SERVER and
 * CLIENT; a hop between two pods therefore shows four, two of the source and two of the
 * destination.
 *
 * <p>It is as small as a demo may be: HTTP/1.1 on loopback, no retries, no timeouts.
 */
final class MeshProxy {
  private final Place place;
  private final HttpClient http;
  private final Function<String, @Nullable SocketAddress> targets;
  private final SpanHandler spans;
  private final Clock clock;
  private final RandomGenerator random;

  private MeshProxy(
      Place place,
      HttpClient http,
      Function<String, @Nullable SocketAddress> targets,
      SpanHandler spans,
      Clock clock,
      RandomGenerator random) {
    this.place = place;
    this.http = http;
    this.targets = targets;
    this.spans = spans;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Where a proxy stands.
   *
   * @param pod the application it belongs to
   * @param direction {@code inbound} or {@code outbound}
   */
  record Place(String pod, String direction) {}

  /** What all proxies of a mesh share. */
  record Mesh(
      Vertx vertx, HttpClient http, SpanHandler spans, Clock clock, RandomGenerator random) {
    /** Serves on a loopback port; targets are looked up by the name in Host. */
    Future<HttpServer> start(Place place, Function<String, @Nullable SocketAddress> targets) {
      MeshProxy proxy = new MeshProxy(place, http, targets, spans, clock, random);
      return vertx
          .createHttpServer(new HttpServerOptions().setHost(ServiceServer.LOOPBACK).setPort(0))
          .requestHandler(proxy::forward)
          .listen();
    }
  }

  private void forward(HttpServerRequest request) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
    headers.remove("Connection");
    @Nullable MeshSpan server = MeshSpan.advance(headers, random, clock);
    @Nullable MeshSpan client = MeshSpan.advance(headers, random, clock);
    String authority = request.authority() == null ? "" : request.authority().host();
    @Nullable SocketAddress target = targets.apply(authority);
    if (target == null) {
      fail(request, "no such service: " + authority);
      return;
    }
    RequestOptions options =
        new RequestOptions()
            .setServer(target)
            .setHost(authority)
            .setPort(request.authority().port() < 0 ? 80 : request.authority().port())
            .setMethod(request.method())
            .setURI(request.uri());
    request.pause();
    http.request(options)
        .compose(upstream -> send(request, headers, upstream))
        .onSuccess(
            response -> {
              end(client, Kind.CLIENT, request, response.statusCode());
              end(server, Kind.SERVER, request, response.statusCode());
              relay(request, response);
            })
        .onFailure(failure -> fail(request, String.valueOf(failure.getMessage())));
  }

  private static Future<HttpClientResponse> send(
      HttpServerRequest request, MultiMap headers, HttpClientRequest upstream) {
    headers.remove("Host");
    upstream.headers().addAll(headers);
    request.response().exceptionHandler(gone -> upstream.reset());
    boolean body = headers.contains("Content-Length") || headers.contains("Transfer-Encoding");
    if (body) {
      return upstream.send(request);
    }
    request.resume();
    return upstream.send();
  }

  private static void relay(HttpServerRequest request, HttpClientResponse response) {
    request.response().setStatusCode(response.statusCode()).headers().addAll(response.headers());
    request.response().headers().remove("Connection");
    response.pipeTo(request.response());
  }

  private void end(@Nullable MeshSpan span, Kind kind, HttpServerRequest request, int status) {
    if (span != null) {
      span.end(kind, place, request, status, clock, spans);
    }
  }

  private static void fail(HttpServerRequest request, String reason) {
    if (!request.response().headWritten()) {
      request.resume();
      request.response().setStatusCode(502).putHeader("l5d-proxy-error", reason).end();
    }
  }
}
