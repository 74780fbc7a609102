package dev.headwater.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * A service behind the gateway that answers as the request asks.
 *
 * <p>For loads in which some answers are slow, large, failing or cut off, without a service to
 * configure for each. The trace headers that arrived are sent back as {@code seen-x-b3-traceid} and
 * {@code seen-x-b3-sampled}, so that a client can compare what the gateway told it with what it
 * told the upstream; {@code POST /api/v2/spans} is taken and forgotten, so that it stands in for a
 * collector too.
 *
 * <p>Loopback only, one event loop. Bodies of requests are read and dropped.
 */
public final class ScriptedUpstream implements AutoCloseable {
  private static final String COLLECTOR_PATH = "/api/v2/spans";
  private static final List<String> SHOWN_HEADERS = List.of("x-b3-traceid", "x-b3-sampled");

  private final Vertx vertx;
  private final HttpServer server;

  private ScriptedUpstream(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /**
   * Starts listening.
   *
   * @param port of 127.0.0.1; 0 for a free one
   * @throws IllegalStateException when the port cannot be bound
   */
  public static ScriptedUpstream listen(int port) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
            .requestHandler(request -> receive(vertx, request));
    try {
      done(server.listen());
    } catch (CompletionException refused) {
      done(vertx.close());
      throw new IllegalStateException("127.0.0.1:" + port + " cannot be bound", refused.getCause());
    }
    return new ScriptedUpstream(vertx, server);
  }

  /** The port bound. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    done(vertx.close());
  }

  private static void receive(Vertx vertx, HttpServerRequest request) {
    if (request.path().equals(COLLECTOR_PATH)) {
      request.end().onSuccess(read -> request.response().setStatusCode(202).end());
      return;
    }
    Script script;
    try {
      script = Script.of(request.params());
    } catch (IllegalArgumentException wrong) {
      request.end().onSuccess(read -> refuse(request.response(), wrong));
      return;
    }
    request.end().onSuccess(read -> perform(vertx, script, request));
  }

  private static void perform(Vertx vertx, Script script, HttpServerRequest request) {
    if (script.delayMillis() == 0) {
      answer(script, request);
    } else {
      vertx.setTimer(script.delayMillis(), timer -> answer(script, request));
    }
  }

  private static void answer(Script script, HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.setStatusCode(script.status()).putHeader("content-type", "application/json");
    for (String name : SHOWN_HEADERS) {
      String value = request.getHeader(name);
      if (value != null) {
        response.putHeader("seen-" + name, value);
      }
    }
    Buffer body = json(script.bytes());
    switch (script.cut()) {
      case NEVER -> response.end(body);
      case HEAD -> request.connection().close();
      case BODY -> {
        response.putHeader("content-length", Integer.toString(body.length()));
        response
            .write(body.slice(0, body.length() / 2))
            .onSuccess(written -> request.connection().close());
      }
    }
  }

  private static void refuse(HttpServerResponse response, IllegalArgumentException wrong) {
    response.setStatusCode(400).end(wrong.getMessage() + "\n");
  }

  /** A JSON string of exactly so many bytes; fewer than two leave no room for the quotes. */
  private static Buffer json(int bytes) {
    String text = bytes < 2 ? "0".repeat(bytes) : '"' + "x".repeat(bytes - 2) + '"';
    return Buffer.buffer(text, "US-ASCII");
  }

  private static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
