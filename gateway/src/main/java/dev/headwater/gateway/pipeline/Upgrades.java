package dev.headwater.gateway.pipeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which protocols a message offers to switch its connection to (RFC 9110 7.8), as far as they are
 * the business of client and upstream. A list that is malformed offers nothing.
 */
public final class Upgrades {
  /** No honest client offers more. */
  private static final int MOST = 8;

  private Upgrades() {}

  /** The list that a client asks for, or null; asking takes HTTP/1.1. */
  public static @Nullable String asked(RequestHead request) {
    return request.version() == HttpVersion.HTTP_1_1 ? offered(request.fields()) : null;
  }

  /** The list of a message whose Connection field names Upgrade, or null. */
  public static @Nullable String offered(Fields fields) {
    if (!nominated(fields)) {
      return null;
    }
    Offer offer = new Offer();
    for (int at = fields.find(FieldName.UPGRADE, 0);
        at >= 0;
        at = fields.find(FieldName.UPGRADE, at + 1)) {
      ListField.each(fields.value(at), offer);
    }
    return offer.list();
  }

  private static boolean nominated(Fields fields) {
    for (int at = fields.find(FieldName.CONNECTION, 0);
        at >= 0;
        at = fields.find(FieldName.CONNECTION, at + 1)) {
      if (ListField.contains(fields.value(at), "upgrade")) {
        return true;
      }
    }
    return false;
  }

  /** Collects what is offered. */
  private static final class Offer implements ListField.Visitor {
    private final StringBuilder list = new StringBuilder();
    private int members;
    private boolean malformed;

    @Override
    public void member(String protocol) {
      malformed |= ++members > MOST || !wellFormed(protocol);
      if (!malformed && !ofThisHop(protocol.toLowerCase(Locale.ROOT))) {
        list.append(list.isEmpty() ? "" : ", ").append(protocol);
      }
    }

    @Nullable String list() {
      return malformed || list.isEmpty() ? null : list.toString();
    }
  }

  /**
   * Another HTTP, or TLS, is what this hop is made of: behind it requests would pass that nobody
   * here routes, checks or traces. Our addresses offer both in ways of their own.
   */
  private static boolean ofThisHop(String protocol) {
    return protocol.equals("h2c")
        || protocol.equals("h2")
        || protocol.equals("http")
        || protocol.startsWith("http/")
        || protocol.equals("tls")
        || protocol.startsWith("tls/");
  }

  /** A token, or two with a slash between. */
  private static boolean wellFormed(String protocol) {
    int slash = protocol.indexOf('/');
    return slash < 0
        ? token(protocol)
        : token(protocol.substring(0, slash)) && token(protocol.substring(slash + 1));
  }

  private static boolean token(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80;
      if (!letter && !(c >= '0' && c <= '9') && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
