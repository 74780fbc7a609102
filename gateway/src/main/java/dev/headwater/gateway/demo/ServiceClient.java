package dev.headwater.gateway.demo;

import brave.Span;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;

/** Calls other services by name through the outbound side of the pod's mesh proxy, traced. */
final class ServiceClient {
  private final HttpClient http;
  private final ServiceTracer tracer;
  private final SocketAddress proxy;

  ServiceClient(HttpClient http, ServiceTracer tracer, SocketAddress proxy) {
    this.http = http;
    this.tracer = tracer;
    this.proxy = proxy;
  }

  /** Sends a request without a body; answers of every status succeed. */
  Future<Reply> call(Span parent, HttpMethod method, String service, String path) {
    RequestOptions request =
        new RequestOptions()
            .setServer(proxy)
            .setHost(service)
            .setPort(80)
            .setMethod(method)
            .setURI(path);
    Span span = tracer.sending(parent, request, service);
    return http.request(request)
        .compose(sent -> sent.send())
        .compose(ServiceClient::whole)
        .onSuccess(reply -> ServiceTracer.finish(span, reply.status()))
        .onFailure(failure -> span.error(failure).finish());
  }

  private static Future<Reply> whole(HttpClientResponse response) {
    return response
        .body()
        .map(body -> new Reply(response.statusCode(), "application/json", body.toString(), null));
  }
}
