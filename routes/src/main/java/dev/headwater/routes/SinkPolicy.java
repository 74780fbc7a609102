package dev.headwater.routes;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A collector that takes spans over the Zipkin protocol.
 *
 * @param name label of its metrics, unique among sinks
 * @param url where to POST; scheme http or https
 * @param format what is written, and how
 * @param access how the collector is known, and what it asks for
 * @param limits what it may be burdened with
 * @param spool disk that holds its spans while it is away, or null for none
 */
public record SinkPolicy(
    String name,
    URI url,
    SinkFormat format,
    SinkAccess access,
    SinkLimits limits,
    @Nullable SpoolPolicy spool) {
  private static final String USUAL_PATH = "/api/v2/spans";

  /** The sink at this address with defaults for all else. */
  public static SinkPolicy to(URI url) {
    return new SinkPolicy(
        nameOf(url), url, SinkFormat.DEFAULT, SinkAccess.OPEN, SinkLimits.DEFAULT, null);
  }

  /**
   * The name of a sink that was given none: host, port, and the path unless it is the usual one.
   */
  public static String nameOf(URI url) {
    String host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    String path = url.getPath();
    return path == null || path.isEmpty() || path.equals("/") || path.equals(USUAL_PATH)
        ? host
        : host + path;
  }

  /** This sink under another name. */
  public SinkPolicy with(String otherName) {
    return new SinkPolicy(otherName, url, format, access, limits, spool);
  }

  /** This sink in another format. */
  public SinkPolicy with(SinkFormat other) {
    return new SinkPolicy(name, url, other, access, limits, spool);
  }

  /** This sink with other access. */
  public SinkPolicy with(SinkAccess other) {
    return new SinkPolicy(name, url, format, other, limits, spool);
  }

  /** This sink with other limits. */
  public SinkPolicy with(SinkLimits other) {
    return new SinkPolicy(name, url, format, access, other, spool);
  }

  /** This sink with such a spool. */
  public SinkPolicy with(SpoolPolicy other) {
    return new SinkPolicy(name, url, format, access, limits, other);
  }
}
