package dev.headwater.gateway.fail;

import dev.headwater.gateway.pipeline.Failure;

/**
 * Everything that can end an exchange or an attempt badly. Each case knows its status (RFC 9110
 * 15), the phase it belongs to and whether the request may be sent again; none carries a stack
 * trace, because peers fail all the time.
 */
public sealed interface GatewayFailure extends Failure {

  /**
   * The message cannot be understood, or breaks a limit; the connection is closed after the answer.
   */
  record Refused(int status, String reason, String detail) implements GatewayFailure {
    @Override
    public String phase() {
      return "accept";
    }

    @Override
    public boolean unprocessed() {
      return true;
    }
  }

  /** No route takes the request. */
  record NoRoute() implements GatewayFailure {
    @Override
    public int status() {
      return 404;
    }

    @Override
    public String phase() {
      return "route";
    }

    @Override
    public String reason() {
      return "no_route";
    }

    @Override
    public boolean unprocessed() {
      return true;
    }
  }

  /** Nowhere to send it: no endpoint, or no room to wait for a connection. */
  record Unavailable(String reason) implements GatewayFailure {
    @Override
    public int status() {
      return 503;
    }

    @Override
    public String phase() {
      return "select";
    }

    @Override
    public boolean unprocessed() {
      return true;
    }
  }

  /** No connection could be made: refused, unreachable, or the name has no address. */
  record NotConnected(String reason) implements GatewayFailure {
    @Override
    public int status() {
      return 502;
    }

    @Override
    public String phase() {
      return "connect";
    }

    @Override
    public boolean unprocessed() {
      return true;
    }
  }

  /** The connection was not made in time. */
  record ConnectTimeout() implements GatewayFailure {
    @Override
    public int status() {
      return 504;
    }

    @Override
    public String phase() {
      return "connect";
    }

    @Override
    public String reason() {
      return "connect_timeout";
    }

    @Override
    public boolean unprocessed() {
      return true;
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
    public int status() {
      return 502;
    }

    @Override
    public String phase() {
      return sent || headSeen ? "receive" : "send";
    }

    @Override
    public String reason() {
      return headSeen ? "truncated" : "reset";
    }

    @Override
    public boolean unprocessed() {
      return false;
    }
  }

  /** The upstream's answer breaks the protocol. */
  record BadResponse(String detail) implements GatewayFailure {
    @Override
    public int status() {
      return 502;
    }

    @Override
    public String phase() {
      return "receive";
    }

    @Override
    public String reason() {
      return "bad_response";
    }

    @Override
    public boolean unprocessed() {
      return false;
    }
  }

  /**
   * The upstream was too slow.
   *
   * @param reason {@code response_timeout}, {@code attempt_timeout}, {@code request_timeout} or
   *     {@code idle_timeout}
   * @param phase {@code select} or {@code connect} while no connection was there, {@code send}
   *     while the request was going out, else {@code receive}
   */
  record TimedOut(String reason, String phase) implements GatewayFailure {
    @Override
    public int status() {
      return 504;
    }

    @Override
    public boolean unprocessed() {
      return false;
    }
  }

  /**
   * The client was too slow.
   *
   * @param phase {@code send} for its body, {@code receive} for the response that it does not read
   */
  record ClientTooSlow(String phase) implements GatewayFailure {
    @Override
    public int status() {
      return 408;
    }

    @Override
    public String reason() {
      return "client_timeout";
    }

    @Override
    public boolean unprocessed() {
      return false;
    }
  }

  /**
   * The client left.
   *
   * @param phase where the exchange stood
   */
  record ClientGone(String phase) implements GatewayFailure {
    @Override
    public int status() {
      return 499;
    }

    @Override
    public String reason() {
      return "client_gone";
    }

    @Override
    public boolean unprocessed() {
      return false;
    }
  }
}
