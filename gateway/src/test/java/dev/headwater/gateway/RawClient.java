package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.StrictAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client that sends exactly the bytes that it is told, over clear text or TLS (see {@link Dial}).
 * Reads give up after 10 s.
 *
 * <p>{@link #answer} reads one response by the letter of RFC 9112, {@link #response} one without
 * looking at it much, {@link #rest} everything until the end.
 */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  /** A connection to loopback in clear. */
  static RawClient to(int port) throws IOException {
    return new RawClient(Dial.tcp(port));
  }

  /** On a connection that is there, such as one by {@link Dial#tls}. */
  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Each byte in a segment of its own, as far as the kernels allow. */
  RawClient sendByteByByte(String text) throws IOException {
    for (byte one : text.getBytes(StandardCharsets.ISO_8859_1)) {
      socket.getOutputStream().write(one);
    }
    return this;
  }

  /** Says that nothing follows (FIN, or TLS close_notify), and goes on reading. */
  RawClient finish() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Socket socket() {
    return socket;
  }

  /** The next response to anything but HEAD, read strictly. */
  StrictAnswer answer() {
    return answer(false);
  }

  /**
   * The next response, read strictly; fails when there is none.
   *
   * @param bodiless whether it answers HEAD
   */
  StrictAnswer answer(boolean bodiless) {
    try {
      return StrictAnswer.read(socket.getInputStream(), bodiless);
    } catch (IOException e) {
      throw new AssertionError("answer: " + e, e);
    }
  }

  /** How the other side leaves; what still comes is thrown away. {@code OPEN} after 10 s. */
  Ending ending() throws IOException {
    return ending(Duration.ofSeconds(10));
  }

  /** The same, {@code OPEN} when it is silent for so long. */
  Ending ending(Duration patience) throws IOException {
    return Ending.of(socket, patience);
  }

  /** Everything up to the empty line of the next head, that line included. */
  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException(
            "closed inside a head: " + head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** A whole response whose length is counted. */
  String response() throws IOException {
    String head = head();
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        return head + read(Integer.parseInt(line.substring(15).trim()));
      }
    }
    return head;
  }

  /** The body of a chunked response, without its framing; trailers are left to {@link #head}. */
  String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.append(read(size));
      assertThat(line()).isEmpty();
    }
    return body.toString();
  }

  /** One line, without its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = socket.getInputStream().read();
        next != '\n';
        next = socket.getInputStream().read()) {
      if (next < 0) {
        throw new IOException("closed inside a line: " + line);
      }
      line.append((char) next);
    }
    assertThat(line.toString()).endsWith("\r");
    return line.substring(0, line.length() - 1);
  }

  /** Leaves with a reset. */
  void reset() throws IOException {
    Dial.reset(socket);
  }

  String read(int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  /** Everything until the gateway closes; a reset counts as the end. */
  String rest() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      byte[] piece = new byte[8192];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        all.write(piece, 0, count);
      }
    } catch (IOException reset) {
      all.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
