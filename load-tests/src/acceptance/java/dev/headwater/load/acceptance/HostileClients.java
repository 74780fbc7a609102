package dev.headwater.load.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that mean harm, over plain sockets: as many as asked for stand until this is closed. One
 * thread serves them all, each bounded in count and time. Its figures are read when it has ended.
 */
final class HostileClients implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  /** Answers are taken from sockets with room for little. */
  private static final int SMALL_WINDOW_BYTES = 4096;

  private static final int PATIENCE_MILLIS = 5000;

  private static final byte HEADERS = 1;
  private static final byte RST_STREAM = 3;
  private static final byte SETTINGS = 4;
  private static final byte CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int CANCEL = 8;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress edge;
  private final List<SocketChannel> open = new ArrayList<>();
  private final CompletableFuture<Void> standing = new CompletableFuture<>();
  private long bytes;
  private int connections;
  private int closedByEdge;

  HostileClients(int port) {
    edge = new InetSocketAddress(Loopback.HOST, port);
  }

  /** Done once all of them are there, or all that was to be sent has been. */
  CompletableFuture<Void> standing() {
    return standing;
  }

  /** Bytes sent in all. */
  long bytes() {
    return bytes;
  }

  /** Connections made in all. */
  int connections() {
    return connections;
  }

  /** Connections that the edge has ended. */
  int closedByEdge() {
    return closedByEdge;
  }

  /** Clients that are served once and then only stay. */
  void idle(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel client = connect();
      send(client, "GET /votes/idle HTTP/1.1\r\nHost: localhost\r\n\r\n");
      if (client.read(ByteBuffer.allocate(4096)) <= 0) {
        throw new IOException("idle client " + i + ": no answer");
      }
    }
  }

  /** Clients that ask for {@code target} and read {@code perSecond} bytes each second. */
  void slowReaders(int count, String target, int perSecond, long forNanos) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel client = SocketChannel.open();
      client.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_WINDOW_BYTES);
      connect(client);
      send(client, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      client.configureBlocking(false);
    }
    ByteBuffer room = ByteBuffer.allocate(perSecond);
    everySecond(
        forNanos,
        client -> {
          room.clear();
          return client.read(room) >= 0;
        },
        () -> {});
  }

  /** Clients that send a head a byte a second; one that is closed is followed by another. */
  void slowHeads(int count, long forNanos) throws IOException {
    for (int i = 0; i < count; i++) {
      slowHead();
    }
    ByteBuffer ignored = ByteBuffer.allocate(1024);
    everySecond(
        forNanos,
        client -> {
          ignored.clear();
          if (client.read(ignored) != 0) {
            return false;
          }
          send(client, "x");
          return true;
        },
        this::slowHead);
  }

  private void slowHead() throws IOException {
    SocketChannel client = connect();
    send(client, "GET /votes/slow HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    client.configureBlocking(false);
  }

  private interface Step {
    /** Whether the client is still there. */
    boolean on(SocketChannel client) throws IOException;
  }

  private interface Successor {
    void begin() throws IOException;
  }

  private void everySecond(long forNanos, Step step, Successor successor) throws IOException {
    standing.complete(null);
    long end = System.nanoTime() + forNanos;
    for (long due = System.nanoTime(); due < end; due += TICK_NANOS) {
      LockSupport.parkNanos(due - System.nanoTime());
      int gone = 0;
      for (SocketChannel client : List.copyOf(open)) {
        if (!alive(client, step)) {
          open.remove(client);
          client.close();
          closedByEdge++;
          gone++;
        }
      }
      while (gone-- > 0) {
        successor.begin();
      }
    }
  }

  private static boolean alive(SocketChannel client, Step step) {
    try {
      return step.on(client);
    } catch (IOException reset) {
      return false;
    }
  }

  /** Requests over HTTP/2 that are reset as soon as they are made, {@code count} in all. */
  void rapidReset(int count) throws IOException {
    int left = count;
    while (left > 0) {
      SocketChannel client = http2();
      try {
        for (int id = 1; left > 0; id += 2) {
          ByteArrayOutputStream pair = new ByteArrayOutputStream();
          frame(pair, HEADERS, END_STREAM | END_HEADERS, id, request("/votes/reset"));
          frame(pair, RST_STREAM, 0, id, new byte[] {0, 0, 0, CANCEL});
          left--;
          send(client, pair.toByteArray());
        }
        awaitEnd(client);
      } catch (IOException ended) {
        closedByEdge++;
      }
      drop(client);
    }
  }

  /** Header blocks that never end, {@code count} frames of one byte in all. */
  void continuationFlood(int count) throws IOException {
    int left = count;
    while (left > 0) {
      SocketChannel client = http2();
      try {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frame(frames, HEADERS, END_STREAM, 1, request("/votes/flood"));
        send(client, frames.toByteArray());
        while (left > 0) {
          frames.reset();
          for (int i = 0; i < 100 && left > 0; i++, left--) {
            frame(frames, CONTINUATION, 0, 1, new byte[] {(byte) 0x82});
          }
          send(client, frames.toByteArray());
        }
        awaitEnd(client);
      } catch (IOException ended) {
        closedByEdge++;
      }
      drop(client);
    }
  }

  /** What was sent may still wait to be read: whether the edge ends the connection once it has. */
  private void awaitEnd(SocketChannel client) throws IOException {
    client.socket().setSoTimeout(PATIENCE_MILLIS);
    InputStream answers = client.socket().getInputStream();
    byte[] ignored = new byte[8192];
    try {
      int read;
      do {
        read = answers.read(ignored);
      } while (read >= 0);
      closedByEdge++;
    } catch (SocketTimeoutException stays) {
      // It is told as not closed.
    }
  }

  private SocketChannel http2() throws IOException {
    SocketChannel client = connect();
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(PREFACE);
    frame(first, SETTINGS, 0, 0, new byte[0]);
    send(client, first.toByteArray());
    return client;
  }

  /** GET, http, the path and a host, each without a place in the table (RFC 7541). */
  private static byte[] request(String path) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 0x04, (byte) path.length()});
    block.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
    block.writeBytes(new byte[] {0x01, 9});
    block.writeBytes("localhost".getBytes(StandardCharsets.US_ASCII));
    return block.toByteArray();
  }

  private static void frame(
      ByteArrayOutputStream into, byte type, int flags, int stream, byte[] payload) {
    ByteBuffer head = ByteBuffer.allocate(9);
    head.put((byte) 0).putShort((short) payload.length).put(type).put((byte) flags).putInt(stream);
    into.writeBytes(head.array());
    into.writeBytes(payload);
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = SocketChannel.open();
    connect(client);
    return client;
  }

  private void connect(SocketChannel client) throws IOException {
    client.connect(edge);
    open.add(client);
    connections++;
  }

  private void send(SocketChannel client, String text) throws IOException {
    send(client, text.getBytes(StandardCharsets.US_ASCII));
  }

  private void send(SocketChannel client, byte[] some) throws IOException {
    bytes += client.write(ByteBuffer.wrap(some));
  }

  private void drop(SocketChannel client) throws IOException {
    open.remove(client);
    client.close();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel client : open) {
      client.close();
    }
    open.clear();
  }
}
