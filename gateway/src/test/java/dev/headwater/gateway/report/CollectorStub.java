package dev.headwater.gateway.report;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/**
 * A collector on a raw socket, so that it can misbehave below HTTP. What it does with a request is
 * a function that may change while it runs.
 */
final class CollectorStub implements AutoCloseable {
  /** What was posted. */
  record Posted(String requestLine, Map<String, String> headers, byte[] body) {
    List<Span> spans() {
      byte[] plain = "gzip".equals(headers.get("content-encoding")) ? gunzip(body) : body;
      return String.valueOf(headers.get("content-type")).contains("json")
          ? SpanBytesDecoder.JSON_V2.decodeList(plain)
          : SpanBytesDecoder.PROTO3.decodeList(plain);
    }

    private static byte[] gunzip(byte[] body) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What a request is answered with: null never answers, an empty string resets the connection. */
  interface Script extends Function<Posted, String> {}

  static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
  static final String RESET = "";

  static String status(int code, String... headers) {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + code + " Status\r\n");
    for (String h : headers) {
      text.append(h).append("\r\n");
    }
    return text.append("content-length: 4\r\n\r\nbusy").toString();
  }

  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Posted> taken = new LinkedBlockingQueue<>();
  private volatile Script script;
  private volatile boolean resetsInBody;

  CollectorStub(int port, Script script) throws IOException {
    this(bound(port), script);
  }

  /** A collector on a socket that listens already, such as one with TLS. */
  CollectorStub(ServerSocket server, Script script) {
    this.script = script;
    this.server = server;
    daemon(this::acceptAll);
  }

  private static ServerSocket bound(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    return server;
  }

  static CollectorStub start(Script script) throws IOException {
    return new CollectorStub(0, script);
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  void script(Script next) {
    script = next;
  }

  /** From now on a connection is reset while its request's body is still being written. */
  void resetInBody(boolean resets) {
    resetsInBody = resets;
  }

  /** Spans of accepted messages until there are this many, or ten seconds have passed. */
  List<Span> accepted(int atLeast) throws InterruptedException {
    List<Span> spans = new ArrayList<>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (spans.size() < atLeast) {
      Posted next = taken.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      spans.addAll(next.spans());
    }
    return spans;
  }

  /** Whether any message has been accepted that nobody asked for yet. */
  boolean hasAccepted() {
    return !taken.isEmpty();
  }

  Posted next() throws InterruptedException {
    Posted next = taken.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no accepted message within 10 s");
    }
    return next;
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        daemon(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        String requestLine = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String h = line(in); !h.isEmpty(); h = line(in)) {
          int colon = h.indexOf(':');
          headers.put(
              h.substring(0, colon).toLowerCase(Locale.ROOT), h.substring(colon + 1).trim());
        }
        if (resetsInBody) {
          socket.setSoLinger(true, 0);
          return;
        }
        byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        in.readFully(body);
        Posted posted = new Posted(requestLine, headers, body);
        String answer = script.apply(posted);
        if (answer == null) {
          continue;
        }
        if (answer.isEmpty()) {
          socket.setSoLinger(true, 0);
          return;
        }
        if (answer.startsWith("HTTP/1.1 2")) {
          taken.add(posted);
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
    } catch (IOException gone) {
      // The client's business.
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "collector-stub");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket s : sockets) {
      s.close();
    }
  }
}
