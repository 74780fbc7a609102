package dev.headwater.gateway.fail;

import dev.headwater.gateway.pipeline.Failure;

/**
 * Everything that can end an exchange or an attempt badly. Each case knows its status (RFC 9110
 * 15), the phase it belongs to and whether the request may be sent again; none carries a stack
 * trace, because peers fail all the time.
 */
public sealed interface GatewayFailure extends Failure {
  /** What is said of a case everywhere: to the client, on spans, in metrics, to the retry loop. */
  record Facts(int status, String phase, String reason, boolean unprocessed) {}

  /** The facts of this case. */
  Facts facts();

  @Override
  default int status() {
    return facts().status();
  }

  @Override
  default String phase() {
    return facts().phase();
  }

  @Override
  default String reason() {
    return facts().reason();
  }

  @Override
  default boolean unprocessed() {
    return facts().unprocessed();
  }

  /**
   * The message cannot be understood, or breaks a limit; the connection is closed after the answer.
   *
   * @param detail for the answer; never holds bytes of the request
   */
  record Refused(int code, String word, String detail) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(code, "accept", word, true);
    }
  }

  /** No route takes the request. */
  record NoRoute() implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(404, "route", "no_route", true);
    }
  }

  /** The route is not for clients of that address. */
  record NotAllowed() implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(403, "filter", "not_allowed", true);
    }
  }

  /**
   * The path that the route makes of the request's is none to send.
   *
   * @param word {@code rewritten_path} or {@code rewritten_path_too_long}
   */
  record Unservable(int code, String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(code, "filter", word, true);
    }
  }

  /**
   * The client has taken what one client may.
   *
   * @param word {@code client_rate} or {@code client_in_flight}
   */
  record TooMany(int code, String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(code, "filter", word, true);
    }
  }

  /**
   * The process, or the route, takes no more at the moment.
   *
   * @param word {@code in_flight}, {@code route_in_flight} or {@code heap}
   */
  record Overloaded(String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(503, "route", word, true);
    }
  }

  /** Nowhere to send it: no endpoint, or no room to wait for a connection. */
  record Unavailable(String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(503, "select", word, true);
    }
  }

  /** No connection could be made: refused, unreachable, or the name has no address. */
  record NotConnected(String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(502, "connect", word, true);
    }
  }

  /** The connection was not made in time. */
  record ConnectTimeout() implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(504, "connect", "connect_timeout", true);
    }
  }

  /**
   * The upstream said that it has not looked at the request: the connection was going away, or had
   * no room (RFC 9113 8.7).
   *
   * @param word {@code goaway} or {@code refused_stream}
   */
  record Unprocessed(String word) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(503, "send", word, true);
    }
  }

  /**
   * The connection broke before the response was complete.
   *
   * @param sent whether the request had been written whole
   * @param headSeen whether the head of the response had come
   * @param stale whether a pooled connection broke before any byte of a response: it was most
   *     likely closed before the request reached it
   */
  record Reset(boolean sent, boolean headSeen, boolean stale) implements GatewayFailure {
    @Override
    public Facts facts() {
      String phase = sent || headSeen ? "receive" : "send";
      return new Facts(502, phase, headSeen ? "truncated" : "reset", false);
    }
  }

  /** The upstream's answer breaks the protocol. */
  record BadResponse(String detail) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(502, "receive", "bad_response", false);
    }
  }

  /**
   * The upstream was too slow.
   *
   * @param word {@code response_timeout}, {@code attempt_timeout}, {@code request_timeout} or
   *     {@code idle_timeout}
   * @param where {@code select} or {@code connect} while no connection was there, {@code send}
   *     while the request was going out, else {@code receive}
   */
  record TimedOut(String word, String where) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(504, where, word, false);
    }
  }

  /**
   * The client was too slow.
   *
   * @param where {@code send} for its body, {@code receive} for the response that it does not read
   */
  record ClientTooSlow(String where) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(408, where, "client_timeout", false);
    }
  }

  /**
   * The client left. Its status, which nobody is told, is the one that nginx logs.
   *
   * @param where {@code send} while its request was coming in, else {@code receive}
   */
  record ClientGone(String where) implements GatewayFailure {
    @Override
    public Facts facts() {
      return new Facts(499, where, "client_gone", false);
    }
  }
}
