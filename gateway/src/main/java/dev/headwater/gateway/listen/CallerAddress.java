package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.sampling.network.IpLiteral;
import dev.headwater.sampling.network.NetworkSet;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is: the peer, or, when that is a trusted proxy, the right-most address in {@code
 * X-Forwarded-For} (without it: {@code Forwarded}, RFC 7239) that is not one itself. What a
 * stranger wrote further left is never believed.
 */
public final class CallerAddress {
  private CallerAddress() {}

  /** Tells the exchange who its client is, when its peer is a trusted proxy. */
  public static void believe(Exchange exchange) {
    NetworkSet trusted = exchange.listener().forwarded();
    if (trusted.isEmpty() || !exchange.session().isFrom(trusted)) {
      return;
    }
    Fields fields = exchange.request().fields();
    int kind =
        fields.has(FieldName.X_FORWARDED_FOR) ? FieldName.X_FORWARDED_FOR : FieldName.FORWARDED;
    ClientAddress found = rightmostStranger(joined(fields, kind), kind, trusted);
    if (found != null) {
      exchange.caller(found);
    }
  }

  private static String joined(Fields fields, int kind) {
    StringBuilder all = new StringBuilder();
    for (int at = fields.find(kind, 0); at >= 0; at = fields.find(kind, at + 1)) {
      all.append(all.isEmpty() ? "" : ",").append(fields.value(at));
    }
    return all.toString();
  }

  private static @Nullable ClientAddress rightmostStranger(
      String list, int kind, NetworkSet trusted) {
    ClientAddress last = null;
    int end = list.length();
    for (int hop = 0; hop < ClientAddress.MAX_HOPS && end >= 0; hop++) {
      int comma = list.lastIndexOf(',', end - 1);
      String element = list.substring(comma + 1, end).trim();
      ClientAddress address = parse(kind == FieldName.FORWARDED ? forParameter(element) : element);
      if (address == null) {
        return last;
      }
      last = address;
      if (comma < 0 || !trusted.contains(address.ip())) {
        return address;
      }
      end = comma;
    }
    return last;
  }

  private static String forParameter(String element) {
    for (String pair : element.split(";", 8)) {
      String trimmed = pair.trim();
      if (trimmed.regionMatches(true, 0, "for=", 0, 4)) {
        return trimmed.substring(4).replace("\"", "");
      }
    }
    return "";
  }

  /** An address with or without port and brackets, or null. */
  private static @Nullable ClientAddress parse(String text) {
    String host = text;
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      host = close < 0 ? "" : text.substring(1, close);
    } else {
      int colon = text.indexOf(':');
      if (colon >= 0 && colon == text.lastIndexOf(':')) {
        host = text.substring(0, colon);
      }
    }
    byte[] ip = IpLiteral.parse(host);
    return ip == null ? null : new ClientAddress(ip, host, 0);
  }
}
