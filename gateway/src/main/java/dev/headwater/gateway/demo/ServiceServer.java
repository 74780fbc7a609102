package dev.headwater.gateway.demo;

import brave.Span;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Puts a service on a loopback port, traced, with its mischief done before its work. */
final class ServiceServer {
  static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final ServiceTracer tracer;
  private final Service service;
  private final Mischief mischief;
  private final RandomGenerator random;

  private ServiceServer(
      Vertx vertx,
      ServiceTracer tracer,
      Service service,
      Mischief mischief,
      RandomGenerator random) {
    this.vertx = vertx;
    this.tracer = tracer;
    this.service = service;
    this.mischief = mischief;
    this.random = random;
  }

  static Future<HttpServer> start(
      Vertx vertx,
      ServiceTracer tracer,
      Service service,
      Mischief mischief,
      RandomGenerator random) {
    ServiceServer server = new ServiceServer(vertx, tracer, service, mischief, random);
    return vertx
        .createHttpServer(new HttpServerOptions().setHost(LOOPBACK).setPort(0))
        .requestHandler(server::serve)
        .listen();
  }

  private void serve(HttpServerRequest request) {
    Span span = tracer.received(request);
    Call call = new Call(request.method().name(), request.path(), request, span);
    misbehave(span)
        .compose(failing -> failing ? lost() : service.answer(call))
        .otherwise(failure -> Reply.error(500, String.valueOf(failure.getMessage())))
        .onSuccess(
            reply -> {
              reply.writeTo(request.response());
              ServiceTracer.finish(span, reply.status());
            });
  }

  /** Waits when it is this request's turn to be slow; yields whether it is its turn to fail. */
  private Future<Boolean> misbehave(Span span) {
    long pause = mischief.pauseMillis(random);
    boolean failing = mischief.fails(random);
    if (failing) {
      span.tag("demo.mischief", "made to fail");
    }
    if (pause == 0) {
      return Future.succeededFuture(failing);
    }
    span.tag("demo.mischief", "made to wait " + pause + " ms" + (failing ? " and to fail" : ""));
    return vertx.timer(pause, TimeUnit.MILLISECONDS).map(failing);
  }

  private static Future<Reply> lost() {
    return Future.succeededFuture(Reply.error(500, "lost on the way, as one in a few is here"));
  }
}
