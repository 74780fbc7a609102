package dev.headwater.gateway.report;

import dev.headwater.routes.SinkAccess;
import dev.headwater.routes.SinkCredentials;
import dev.headwater.routes.SinkPolicy;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The head of the requests to one collector: where to, what of, and who we are. Used by the sink's
 * thread, since it may read files.
 */
final class CollectorRequest {
  private static final String USUAL_PATH = "/api/v2/spans";
  private static final String HTTPS = "https";

  private final RequestOptions fixed;
  private final @Nullable HostAndPort authority;
  private final @Nullable CollectorCredentials credentials;
  private final @Nullable CollectorTls tls;

  /**
   * Requests to this sink.
   *
   * @param mediaType of their bodies
   */
  CollectorRequest(SinkPolicy sink, String mediaType, SenderParts parts) {
    SinkAccess access = sink.access();
    SinkCredentials who = access.credentials();
    this.fixed = fixed(sink, mediaType);
    this.authority = named(fixed, sink.url(), access.tls().serverName());
    this.credentials =
        who == null ? null : new CollectorCredentials(who, parts.time(), parts.events());
    this.tls = sink.url().getScheme().equals(HTTPS) ? new CollectorTls(access.tls(), parts) : null;
  }

  private static RequestOptions fixed(SinkPolicy sink, String mediaType) {
    RequestOptions options =
        new RequestOptions()
            .setAbsoluteURI(absolute(sink.url()))
            .setMethod(HttpMethod.POST)
            .putHeader("user-agent", "headwater");
    sink.access().headers().forEach(options::putHeader);
    options.putHeader("content-type", mediaType).putHeader("b3", "0");
    return sink.format().gzip() ? options.putHeader("content-encoding", "gzip") : options;
  }

  private static String absolute(URI url) {
    String path = url.getRawPath();
    return url.getScheme()
        + "://"
        + url.getRawAuthority()
        + (path == null || path.isEmpty() || path.equals("/") ? USUAL_PATH : path)
        + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
  }

  /** Asks for and verifies this name where the URL leads; the Host field stays the URL's. */
  private static @Nullable HostAndPort named(
      RequestOptions options, URI url, @Nullable String serverName) {
    if (serverName == null) {
      return null;
    }
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals(HTTPS) ? 443 : 80;
    String host = url.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    options
        .setServer(SocketAddress.inetSocketAddress(port, bare))
        .setHost(serverName)
        .setPort(port);
    return HostAndPort.authority(host, url.getPort());
  }

  /** The next request, with the certificates and credentials that hold now. */
  RequestOptions next() throws IOException {
    RequestOptions next = new RequestOptions(fixed);
    if (tls != null) {
      next.setSslOptions(tls.options());
    }
    return credentials == null ? next : next.putHeader("authorization", credentials.field());
  }

  /** What the Host field says, or null for where the request goes. */
  @Nullable HostAndPort authority() {
    return authority;
  }

  /** Whether a refusal may have been for credentials that have changed meanwhile. */
  boolean renewed() throws IOException {
    return credentials != null && credentials.renewed();
  }
}
