package dev.headwater.gateway;

import java.io.IOException;

/** Handshakes of tests: a client's request, an upstream's consent, and peers that have both. */
final class WebSocketPeer {
  /** RFC 6455 1.3: the accept value of the key below. */
  static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: "
          + ACCEPT
          + "\r\n\r\n";

  private WebSocketPeer() {}

  /** A browser's request. */
  static String request(String path) {
    return request(path, "websocket");
  }

  static String request(String path, String protocol) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
        + protocol
        + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  /** Switches, and sends every frame back until a Close frame, which it answers. */
  static RawUpstream.Script echo() {
    return peer -> {
      while (peer.request() != null) {
        peer.send(SWITCHED);
        WebSocketFrame frame;
        do {
          frame = WebSocketFrame.read(peer.socket().getInputStream());
          peer.socket().getOutputStream().write(frame.plain());
        } while (frame.first() != WebSocketFrame.CLOSE);
        return;
      }
    };
  }

  /** A client that has switched. */
  static RawClient open(RunningGateway gateway) throws IOException {
    RawClient client = gateway.connect();
    client.send(request("/chat"));
    String head = client.head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    return client;
  }

  static WebSocketFrame frame(RawClient client) throws IOException {
    return WebSocketFrame.read(client.socket().getInputStream());
  }
}
