package dev.headwater.gateway.tracestore;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Zipkin's user interface (zipkin-lens) from its jar. Files are read once, off the loop, and kept
 * packed; addresses the interface makes up itself all give its one page.
 */
final class Lens {
  /** What the interface needs; its dependency graph runs in a worker made from a blob. */
  private static final String CONTENT_SECURITY =
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'";

  private static final Pattern ASSET =
      Pattern.compile("favicon\\.ico|static/(?:js|css|media)/[A-Za-z0-9_.-]{1,100}");

  /** Traces of a search that does not say how many. */
  private static final int SHOWN_TRACES = 10;

  private static final String YEAR = "max-age=31536000, immutable";

  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "png", "image/png",
          "svg", "image/svg+xml",
          "ico", "image/x-icon",
          "html", "text/html; charset=utf-8");

  private final Vertx vertx;
  private final String base;
  private final Clock clock;
  private final ConcurrentHashMap<String, Asset> assets = new ConcurrentHashMap<>();

  /**
   * The interface.
   *
   * @param base path it is served under, without a slash at its end
   * @param clock for the end of the search that the first page opens with
   */
  Lens(Vertx vertx, String base, Clock clock) {
    this.vertx = vertx;
    this.base = base;
    this.clock = clock;
  }

  void mount(Router router) {
    router.get(base).handler(this::filled);
    router.get(base + "/").handler(this::filled);
    router.get(base + "/config.json").handler(Lens::config);
    for (String page : new String[] {"/", "/dependency", "/traceViewer", "/traces/:traceId"}) {
      router.get(base + page).handler(context -> send(context, "index.html", "max-age=60"));
    }
    router.get(base + "/*").handler(this::asset);
  }

  /**
   * Sends whoever comes without a search to one for the latest traces: by itself the interface
   * waits for a click before it shows anything, and it searches at once only when told the end of
   * the time.
   */
  private void filled(RoutingContext context) {
    String path = context.request().path();
    boolean first = path.equals(base) || path.equals(base + "/");
    if (!first || context.request().query() != null) {
      context.next();
      return;
    }
    context.response().putHeader("cache-control", "no-store");
    var unused =
        context.redirect(
            base + "/?lookback=15m&limit=" + SHOWN_TRACES + "&endTs=" + clock.millis());
  }

  private void asset(RoutingContext context) {
    String name = context.normalizedPath().substring(base.length() + 1);
    if (ASSET.matcher(name).matches()) {
      send(context, name, name.startsWith("static/") ? YEAR : "max-age=86400");
    } else {
      context.next();
    }
  }

  private void send(RoutingContext context, String name, String caching) {
    vertx
        .executeBlocking(() -> assets.computeIfAbsent(name, this::read), false)
        .onComplete(asset -> send(context, name, asset, caching), missing -> context.next());
  }

  private static void send(RoutingContext context, String name, Asset asset, String caching) {
    String accepted = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    HttpServerResponse response =
        context
            .response()
            .putHeader("content-type", typeOf(name))
            .putHeader("cache-control", caching)
            .putHeader("vary", "accept-encoding")
            .putHeader("x-content-type-options", "nosniff")
            .putHeader("content-security-policy", CONTENT_SECURITY);
    boolean packed = accepted != null && accepted.contains("gzip");
    if (packed) {
      response.putHeader("content-encoding", "gzip");
    }
    var unused = response.end(packed ? asset.packed() : asset.plain());
  }

  private Asset read(String name) {
    try (InputStream in = Lens.class.getResourceAsStream("/zipkin-lens/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("zipkin-lens has no " + name);
      }
      byte[] plain = in.readAllBytes();
      if (name.equals("index.html")) {
        String page = new String(plain, StandardCharsets.UTF_8);
        plain = page.replace("=\"/zipkin", "=\"" + base).getBytes(StandardCharsets.UTF_8);
      }
      ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 2);
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(plain);
      }
      return new Asset(Buffer.buffer(plain), Buffer.buffer(packed.toByteArray()));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read zipkin-lens/" + name, e);
    }
  }

  private static String typeOf(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return TYPES.getOrDefault(extension, "application/octet-stream");
  }

  private static void config(RoutingContext context) {
    var unused =
        context
            .response()
            .putHeader("content-type", "application/json")
            .putHeader("cache-control", "max-age=600")
            .end(
                new JsonObject()
                    .put("environment", "headwater")
                    .put("queryLimit", SHOWN_TRACES)
                    .put("defaultLookback", 900_000)
                    .put("searchEnabled", true)
                    .put(
                        "dependency",
                        new JsonObject()
                            .put("enabled", true)
                            .put("lowErrorRate", 0.5)
                            .put("highErrorRate", 0.75))
                    .toBuffer());
  }

  private record Asset(Buffer plain, Buffer packed) {}
}
