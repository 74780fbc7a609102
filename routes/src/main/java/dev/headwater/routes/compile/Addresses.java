package dev.headwater.routes.compile;

import dev.headwater.routes.BindAddress;
import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Endpoint.Protocol;
import dev.headwater.routes.match.HostName;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.sampling.network.NetworkSet;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where to listen, where to send, and whom to believe. */
final class Addresses {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";
  private static final String SPANS = "/api/v2/spans";

  private Addresses() {}

  /** {@code 127.0.0.1:8080}, {@code [::]:8080}, {@code :8080} for all addresses. */
  static Leaf<BindAddress> bind() {
    return Leaf.text("address", "ADDRESS:PORT", "^.*:[0-9]{1,5}$", Addresses::bindAddress)
        .defining("address", address -> address.port() != 0);
  }

  private static Parsed<BindAddress> bindAddress(String text) {
    if (text.startsWith("unix:")) {
      return Parsed.later("ADDRESS:PORT");
    }
    if (text.startsWith(":") && HostName.of("h" + text) instanceof HostName.Name all) {
      return all.port() < 0 ? Parsed.refused() : Parsed.of(new BindAddress("::", all.port()));
    }
    return HostName.of(text) instanceof HostName.Name name
            && !name.host().isEmpty()
            && name.port() >= 0
        ? Parsed.of(new BindAddress(withoutBrackets(name.host()), name.port()))
        : Parsed.refused();
  }

  /** {@code http://host:port}, or another protocol's; each has its port, and there is no path. */
  static Leaf<Endpoint> endpoint() {
    String expectation = "http://HOST:PORT, or https://, h2:// or h2c://";
    return Leaf.text(
        "URL",
        expectation,
        "^(https?|h2c?)://[^/?#@]+/?$",
        text -> text.startsWith("unix:") ? Parsed.later(expectation) : endpoint(text));
  }

  private static Parsed<Endpoint> endpoint(String text) {
    for (Protocol protocol : Protocol.values()) {
      String scheme = protocol.scheme() + "://";
      if (text.startsWith(scheme)) {
        int end = text.endsWith("/") ? text.length() - 1 : text.length();
        return end > scheme.length()
                && HostName.of(text.substring(scheme.length(), end)) instanceof HostName.Name name
                && !name.host().isEmpty()
                && name.port() != 0
            ? Parsed.of(
                new Endpoint(
                    withoutBrackets(name.host()),
                    name.port() < 0 ? protocol.defaultPort() : name.port(),
                    protocol))
            : Parsed.refused();
      }
    }
    return Parsed.refused();
  }

  /** Where a collector takes spans; without a path {@code /api/v2/spans}. */
  static Leaf<URI> collector() {
    return Leaf.text(
        "URL",
        "http://HOST:PORT or https://HOST:PORT, with a path or without",
        "^https?://[^?#@]+$",
        Addresses::collectorUrl);
  }

  private static Parsed<URI> collectorUrl(String text) {
    String scheme = text.startsWith(HTTPS) ? HTTPS : HTTP;
    String rest = text.startsWith(scheme) ? text.substring(scheme.length()) : "";
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "/" : rest.substring(slash);
    if (!(HostName.of(authority) instanceof HostName.Name name)
        || name.host().isEmpty()
        || name.port() == 0
        || !path.matches("[A-Za-z0-9/._~!$&'()*+,;=:@%-]+")
        || path.matches(".*%(?![0-9A-Fa-f]{2}).*")) {
      return Parsed.refused();
    }
    String port = name.port() < 0 ? "" : ":" + name.port();
    return Parsed.of(URI.create(scheme + name.host() + port + (path.equals("/") ? SPANS : path)));
  }

  /** The Host to send: a name, with a port or without. */
  static Leaf<String> host() {
    return Leaf.text(
        "host",
        "preserve or a host name",
        "^[A-Za-z0-9\\[\\]_.:-]+$",
        text ->
            HostName.of(text) instanceof HostName.Name name && !name.host().isEmpty()
                ? Parsed.of(name.port() < 0 ? name.host() : name.host() + ":" + name.port())
                : Parsed.refused());
  }

  /** A name that a certificate may hold. */
  static Leaf<String> serverName() {
    return Leaf.text(
        "host",
        "a host name",
        "^[A-Za-z0-9_.-]+$",
        text ->
            HostName.of(text) instanceof HostName.Name name
                    && !name.host().isEmpty()
                    && !name.host().startsWith("[")
                    && name.port() < 0
                ? Parsed.of(name.host())
                : Parsed.refused());
  }

  /** A name in a client's certificate: a URI, a DNS name, or all DNS names below one. */
  static Leaf<String> identity() {
    String uri = "[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,2048}";
    return Leaf.text(
        "identity",
        "a URI such as spiffe://mesh/ns/web, a DNS name or *.internal.example",
        "^(" + uri + "|(\\*\\.)?[A-Za-z0-9_.-]+)$",
        text -> {
          String name = text.startsWith("*.") ? text.substring(2) : text;
          boolean usable =
              text.matches(uri)
                  || (HostName.of(name) instanceof HostName.Name host
                      && !host.host().isEmpty()
                      && !host.host().startsWith("[")
                      && host.port() < 0);
          return usable ? Parsed.of(text) : Parsed.refused();
        });
  }

  /** Networks in CIDR form, checked one by one. */
  static ListShape<String> networks() {
    return ListShape.of(
        Leaf.text(
            "network",
            "an address or CIDR block such as 192.0.2.0/24",
            "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$",
            text -> isNetwork(text) ? Parsed.of(text) : Parsed.refused()));
  }

  private static boolean isNetwork(String text) {
    try {
      return !NetworkSet.of(List.of(text)).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** An object of one key {@code trusted}. */
  static ObjectShape<NetworkSet> trusted(String doc) {
    Key<List<String>> trusted = Key.defaulted("trusted", networks(), "[]", doc);
    Function<dev.headwater.routes.schema.Section, @Nullable NetworkSet> binding =
        section -> NetworkSet.of(section.get(trusted));
    return ObjectShape.of(binding, trusted);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
