package dev.headwater.gateway.fault;

import java.io.IOException;

/** Bytes that no message of HTTP/1 may hold, by the letter of RFC 9112 and RFC 9110. */
public final class Violation extends IOException {
  private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what);
  }
}
