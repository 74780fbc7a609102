package dev.headwater.load.acceptance;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/** A Zipkin collector whose health is a matter of taste. Safe for use from any thread. */
final class CollectorStandIn {
  /** What it does with a post. */
  enum Mood {
    /** Decodes it and answers 202. */
    TAKES,
    /** Nobody listens at its port. */
    REFUSES,
    /** Accepts connections, reads, and never answers. */
    HANGS,
    /** Answers 500. */
    FAILS
  }

  private final Vertx vertx;
  private final int port;
  private final List<Span> spans = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private HttpServer server;
  private volatile Mood mood = Mood.TAKES;

  CollectorStandIn(Vertx vertx) {
    this.vertx = vertx;
    this.port = Loopback.freePort();
    this.server = listen();
  }

  int port() {
    return port;
  }

  /** Changes its mood from the next post on. */
  void mood(Mood next) {
    if (next == Mood.REFUSES) {
      Loopback.await(server.close());
    } else if (mood == Mood.REFUSES) {
      server = listen();
    }
    mood = next;
  }

  /** Spans taken so far. */
  synchronized List<Span> spans() {
    return List.copyOf(spans);
  }

  /** Forgets the spans taken so far. */
  synchronized void forget() {
    spans.clear();
  }

  /** Posts that were no posts of spans. */
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Waits until it has taken that many spans; returns whether that was in time. */
  synchronized boolean awaitSpans(int count, int seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (spans.size() < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private HttpServer listen() {
    HttpServer fresh = vertx.createHttpServer(Loopback.at(port)).requestHandler(this::receive);
    Loopback.await(fresh.listen());
    return fresh;
  }

  private void receive(HttpServerRequest request) {
    var unused =
        request
            .body()
            .onSuccess(
                body -> {
                  switch (mood) {
                    case TAKES -> {
                      int status = take(request, body.getBytes());
                      var done = request.response().setStatusCode(status).end();
                    }
                    case FAILS -> {
                      var done = request.response().setStatusCode(500).end("out of order\n");
                    }
                    case HANGS, REFUSES -> {
                      // The sender's patience is what is tried.
                    }
                  }
                });
  }

  private synchronized int take(HttpServerRequest request, byte[] body) {
    if (!request.path().equals("/api/v2/spans") || !"0".equals(request.getHeader("b3"))) {
      complaints.add(request.method() + " " + request.uri() + " b3 " + request.getHeader("b3"));
      return 404;
    }
    byte[] plain = "gzip".equals(request.getHeader("content-encoding")) ? gunzip(body) : body;
    boolean json = String.valueOf(request.getHeader("content-type")).contains("json");
    spans.addAll((json ? SpanBytesDecoder.JSON_V2 : SpanBytesDecoder.PROTO3).decodeList(plain));
    notifyAll();
    return 202;
  }

  private static byte[] gunzip(byte[] body) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
