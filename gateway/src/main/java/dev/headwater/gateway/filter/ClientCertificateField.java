package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.ClientIdentity;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.TlsFacts;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.ListenerTls;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The field that tells upstreams who a client proved to be by its certificate, in the form of
 * Envoy's {@code x-forwarded-client-cert}: {@code Hash=..;Subject="..";URI=..;DNS=..}, one element,
 * never appended to. Once any listener asks for client certificates such a field is taken out of
 * every request on every listener, trailers included, trusted or not, under each of the configured
 * names and however it is spelled. Confined to one loop.
 */
final class ClientCertificateField {
  /** Most characters of a value; names beyond it are left out, the fingerprint says it all. */
  private static final int MAX_LENGTH = 4096;

  private @Nullable List<ListenerPolicy> known;
  private final Map<String, String> headers = new HashMap<>();
  private Set<String> removed = Set.of();

  /** Edits {@code fields}, the exchange's own. */
  @SuppressWarnings("ReferenceEquality") // The listeners of the same snapshot, not ones like them.
  void apply(Exchange exchange, Fields fields) {
    List<ListenerPolicy> listeners = exchange.snapshot().configuration().listeners();
    if (listeners != known) {
      learn(listeners);
    }
    if (removed.isEmpty()) {
      return;
    }
    strip(fields);
    exchange.body().editTrailers(this::strip);
    TlsFacts tls = exchange.session().tls();
    ClientIdentity identity = tls == null ? null : tls.identity();
    String header = identity == null ? null : headers.get(exchange.listener().name());
    if (identity != null && header != null) {
      fields.add(header, value(identity));
    }
  }

  private void strip(Fields fields) {
    removed.forEach(name -> remove(fields, name));
  }

  private void learn(List<ListenerPolicy> listeners) {
    known = listeners;
    headers.clear();
    for (ListenerPolicy listener : listeners) {
      ListenerTls tls = listener.tls();
      if (tls != null && !tls.clients().isEmpty()) {
        headers.put(listener.name(), tls.identityHeader());
      }
    }
    removed = new LinkedHashSet<>(headers.values());
  }

  /** Servers of the CGI kind take an underscore for a hyphen. */
  private static void remove(Fields fields, String lower) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.live(i)
          && fields.nameLength(i) == lower.length()
          && fields.name(i).toLowerCase(Locale.ROOT).replace('_', '-').equals(alias(lower))) {
        fields.removeAt(i);
      }
    }
  }

  private static String alias(String lower) {
    return lower.replace('_', '-');
  }

  static String value(ClientIdentity identity) {
    StringBuilder value = new StringBuilder(160);
    value.append("Hash=").append(identity.fingerprint()).append(";Subject=");
    quoted(value, identity.subject());
    for (String name : identity.names()) {
      int before = value.length();
      value.append(name.indexOf(':') >= 0 ? ";URI=" : ";DNS=");
      if (name.chars().anyMatch(c -> ",;=\" \\".indexOf(c) >= 0)) {
        quoted(value, name);
      } else {
        escaped(value, name);
      }
      if (value.length() > MAX_LENGTH) {
        value.setLength(before);
        break;
      }
    }
    return value.toString();
  }

  private static void quoted(StringBuilder out, String text) {
    out.append('"');
    escaped(out, text.length() > MAX_LENGTH / 4 ? text.substring(0, MAX_LENGTH / 4) : text);
    out.append('"');
  }

  /** Visible ASCII as it is, quotes behind a backslash, all else as in URIs (RFC 3986 2.1). */
  private static void escaped(StringBuilder out, String text) {
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (each == '"' || each == '\\') {
        out.append('\\').append((char) each);
      } else if (each >= 0x20 && each < 0x7f) {
        out.append((char) each);
      } else {
        out.append(String.format("%%%02X", each & 0xff));
      }
    }
  }
}
