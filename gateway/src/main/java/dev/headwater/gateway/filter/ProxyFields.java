package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HopFields;
import dev.headwater.gateway.pipeline.ListField;
import dev.headwater.gateway.pipeline.Upgrades;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.sampling.force.ForcePolicy;

/**
 * What a proxy does to every request: takes out the fields of one hop, and tells the upstream who
 * asked and how (X-Forwarded-For, -Proto, -Host, -Port, Forwarded of RFC 7239, X-Real-IP,
 * X-Request-ID). What the peer said of these is kept only when the peer is a trusted proxy; a
 * stranger's trace headers always go, whatever their format, so that exactly one context leaves.
 */
public final class ProxyFields {
  private static final int[] REPLACED = {
    FieldName.X_FORWARDED_OTHER, FieldName.FORWARDED, FieldName.X_FORWARDED_PROTO,
    FieldName.X_FORWARDED_HOST, FieldName.X_FORWARDED_PORT, FieldName.X_FORWARDED_FOR,
    FieldName.X_REAL_IP
  };

  private final ClientCertificateField certificates = new ClientCertificateField();

  /** Applies all of it to {@code fields}, the exchange's own. */
  public void apply(Exchange exchange, Fields fields) {
    String upgrade = fields.has(FieldName.UPGRADE) ? Upgrades.asked(exchange.request()) : null;
    boolean trailers = acceptsTrailers(fields);
    HopFields.strip(fields);
    if (upgrade != null) {
      exchange.upgrade(upgrade);
      fields.add("Connection", "Upgrade");
      fields.add("Upgrade", upgrade);
    } else if (trailers) {
      fields.add("TE", "trailers");
      fields.add("Connection", "TE");
    }
    fields.remove(FieldName.HOST);
    if (exchange.request().method().equals("OPTIONS")) {
      oneHopLess(fields);
    }
    if (exchange.trace() != null) {
      traceFields(exchange, fields);
    }
    forceField(exchange, fields);
    if (trusts(exchange)) {
      appended(exchange, fields);
    } else {
      replaced(exchange, fields);
    }
    certificates.apply(exchange, fields);
    CallerFields.apply(exchange, fields);
    RequestIds.apply(exchange, fields, keepsRequestId(exchange));
  }

  private static void traceFields(Exchange exchange, Fields fields) {
    boolean any = fields.has(FieldName.TRACE);
    String clientId = exchange.trusted() && any ? fields.get("x-client-trace-id") : null;
    fields.remove(FieldName.TRACE);
    if (clientId != null) {
      fields.add("X-Client-Trace-Id", clientId);
    }
    String former = exchange.snapshot().configuration().tracing().propagation().formerIds();
    if (former != null && !exchange.trusted()) {
      fields.remove(former);
    }
  }

  /** It may hold a token, which is nobody else's business, tracing or not. */
  private static void forceField(Exchange exchange, Fields fields) {
    ForcePolicy force = exchange.snapshot().force().policy();
    if (force != null) {
      fields.remove(force.header());
    }
  }

  /** RFC 9110 7.6.2. The listener saw that it is a number, and not 0. */
  private static void oneHopLess(Fields fields) {
    String left = fields.get("max-forwards");
    if (left != null) {
      fields.set("Max-Forwards", Integer.toString(Integer.parseInt(left) - 1));
    }
  }

  private static boolean acceptsTrailers(Fields fields) {
    String te = fields.get(FieldName.TE);
    return te != null && ListField.contains(te, "trailers");
  }

  private static void replaced(Exchange exchange, Fields fields) {
    for (int id : REPLACED) {
      fields.remove(id);
    }
    String peer = exchange.session().client().text();
    String host = exchange.request().authority();
    fields.add("X-Forwarded-For", peer);
    fields.add("X-Forwarded-Proto", exchange.session().scheme());
    if (!host.isEmpty()) {
      fields.add("X-Forwarded-Host", host);
    }
    fields.add("X-Forwarded-Port", port(exchange));
    fields.add("Forwarded", element(peer, host, exchange.session().scheme()));
    fields.add("X-Real-IP", peer);
  }

  private static void appended(Exchange exchange, Fields fields) {
    String peer = exchange.session().client().text();
    String host = exchange.request().authority();
    append(fields, "X-Forwarded-For", peer);
    append(fields, "Forwarded", element(peer, host, exchange.session().scheme()));
    ifAbsent(fields, FieldName.X_FORWARDED_PROTO, "X-Forwarded-Proto", exchange.session().scheme());
    if (!host.isEmpty()) {
      ifAbsent(fields, FieldName.X_FORWARDED_HOST, "X-Forwarded-Host", host);
    }
    ifAbsent(fields, FieldName.X_FORWARDED_PORT, "X-Forwarded-Port", port(exchange));
    ifAbsent(fields, FieldName.X_REAL_IP, "X-Real-IP", exchange.caller().text());
  }

  private static void append(Fields fields, String name, String value) {
    String before = fields.joined(name);
    if (before == null) {
      fields.add(name, value);
    } else {
      fields.set(name, nearest(before) + ", " + value);
    }
  }

  /** The hops next to us; those before them could be a loop, or somebody's way to fill heads. */
  private static String nearest(String list) {
    int from = list.length();
    for (int hop = 0; hop < ClientAddress.MAX_HOPS; hop++) {
      from = list.lastIndexOf(',', from - 1);
      if (from < 0) {
        return list;
      }
    }
    return list.substring(from + 1).strip();
  }

  private static void ifAbsent(Fields fields, int id, String name, String value) {
    if (fields.find(id, 0) < 0) {
      fields.add(name, value);
    }
  }

  private static String port(Exchange exchange) {
    return Integer.toString(exchange.listener().address().port());
  }

  /** One element of Forwarded; an IPv6 address and a host with a port are quoted (RFC 7239 6). */
  private static String element(String peer, String host, String scheme) {
    String by = peer.indexOf(':') >= 0 ? "\"[" + peer + "]\"" : peer;
    if (host.isEmpty()) {
      return "for=" + by + ";proto=" + scheme;
    }
    boolean quoted = host.indexOf(':') >= 0 || host.indexOf('[') >= 0;
    return quoted
        ? "for=" + by + ";host=\"" + host + "\";proto=" + scheme
        : "for=" + by + ";host=" + host + ";proto=" + scheme;
  }

  /** Gives an id to a request that never came this far. */
  static void identify(Exchange exchange) {
    if (exchange.requestId() == null) {
      RequestIds.apply(exchange, exchange.request().fields(), keepsRequestId(exchange));
    }
  }

  private static boolean trusts(Exchange exchange) {
    ListenerPolicy listener = exchange.listener();
    return !listener.forwarded().isEmpty() && exchange.session().isFrom(listener.forwarded());
  }

  /** Whoever is believed about clients or traces is believed about their requests. */
  private static boolean keepsRequestId(Exchange exchange) {
    return trusts(exchange) || exchange.trusted();
  }
}
