package dev.headwater.gateway.demo;

import brave.Clock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The voting application behind the gateway: services web, emoji and voting, each in a pod of its
 * own with a stand-in for a mesh proxy, all on loopback ports that the system chooses.
 *
 * <p>Use it to see a whole trace without a cluster. A vote shows, below the gateway's two spans:
 * two of the inbound side of web's proxy (the gateway itself is not in the mesh, so the source has
 * none), web's own, and for each call of web to emoji and voting web's CLIENT span, two of the
 * outbound side of web's proxy, two of the inbound side of the other proxy, and the service's own.
 *
 * <p>Everything runs on the event loops of the given Vert.x, except the reporter of spans, which
 * has a thread of its own and drops what it cannot deliver.
 */
public final class DemoApplication {
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<ServiceTracer> tracers = new ArrayList<>();
  private final Map<String, SocketAddress> pods = new HashMap<>();
  private final Vertx vertx;
  private final DemoOptions options;
  private final Clock clock = new MicroClock();
  private final SpanOutlet spans;
  private final HttpClientAgent http;
  private final MeshProxy.Mesh mesh;

  private DemoApplication(Vertx vertx, DemoOptions options) {
    this.vertx = vertx;
    this.options = options;
    spans = new SpanOutlet(options.zipkin());
    http =
        vertx.createHttpClient(
            new HttpClientOptions(),
            new PoolOptions().setHttp1MaxSize(64).setMaxWaitQueueSize(512));
    mesh = new MeshProxy.Mesh(vertx, http, spans, clock, options.random());
  }

  /** Starts all of it; on failure what had started is closed again. */
  public static Future<DemoApplication> start(Vertx vertx, DemoOptions options) {
    DemoApplication demo = new DemoApplication(vertx, options);
    return demo.pod("emoji", new EmojiService(), options.emoji())
        .compose(emoji -> demo.pod("voting", new VotingService(), options.voting()))
        .compose(voting -> demo.web())
        .map(demo)
        .recover(failure -> demo.close().transform(closed -> Future.failedFuture(failure)));
  }

  /** Where the inbound side of web's mesh proxy listens: the endpoint to route to. */
  public URI url() {
    SocketAddress web = pods.get("web");
    if (web == null) {
      throw new IllegalStateException("not started");
    }
    return URI.create("http://" + web.host() + ":" + web.port());
  }

  /** Stops serving, then delivers the spans that are still here, for at most three seconds. */
  public Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>();
    servers.forEach(server -> closing.add(server.close()));
    return Future.join(closing)
        .transform(closed -> http.close())
        .transform(
            closed ->
                vertx.executeBlocking(
                    () -> {
                      tracers.forEach(ServiceTracer::close);
                      spans.close();
                      return null;
                    }));
  }

  private Future<SocketAddress> web() {
    return listening(mesh.start(new MeshProxy.Place("web", "outbound"), pods::get))
        .compose(
            outbound -> {
              ServiceTracer tracer = tracer("web");
              ServiceClient client = new ServiceClient(http, tracer, outbound);
              WebService web = new WebService(client, new WebPage(options.traceUi()));
              return pod("web", tracer, web, Mischief.NONE);
            });
  }

  private Future<SocketAddress> pod(String name, Service service, Mischief mischief) {
    return pod(name, tracer(name), service, mischief);
  }

  /** A service and the inbound side of its proxy, which is what other pods know of it. */
  private Future<SocketAddress> pod(
      String name, ServiceTracer tracer, Service service, Mischief mischief) {
    return listening(ServiceServer.start(vertx, tracer, service, mischief, options.random()))
        .compose(
            app -> listening(mesh.start(new MeshProxy.Place(name, "inbound"), authority -> app)))
        .onSuccess(inbound -> pods.put(name, inbound));
  }

  private ServiceTracer tracer(String service) {
    ServiceTracer tracer = new ServiceTracer(service, spans, clock);
    tracers.add(tracer);
    return tracer;
  }

  private Future<SocketAddress> listening(Future<HttpServer> server) {
    return server
        .onSuccess(servers::add)
        .map(bound -> SocketAddress.inetSocketAddress(bound.actualPort(), ServiceServer.LOOPBACK));
  }
}
