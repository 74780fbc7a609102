package dev.headwater.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream whose every connection runs a script over the raw socket. */
final class RawUpstream implements AutoCloseable {
  /** What a connection does, from its first byte on. */
  interface Script {
    void run(Peer peer) throws Exception;
  }

  /** One connection as a script sees it. */
  static final class Peer {
    private final Socket socket;
    private final RawUpstream upstream;
    private final int number;

    Peer(Socket socket, RawUpstream upstream, int number) {
      this.socket = socket;
      this.upstream = upstream;
      this.number = number;
    }

    /** 1 for the first connection. */
    int number() {
      return number;
    }

    Socket socket() {
      return socket;
    }

    /** The next request head, or null when the gateway closed. */
    String request() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      int matched = 0;
      while (matched < 4) {
        int next = in.read();
        if (next < 0) {
          return null;
        }
        head.write(next);
        matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      upstream.requests.add(text);
      return text;
    }

    byte[] read(int bytes) throws IOException {
      return socket.getInputStream().readNBytes(bytes);
    }

    Peer send(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return this;
    }

    /** Closes with a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the gateway closes; tells whether it did within ten seconds. */
    boolean closedByGateway() {
      try {
        socket.setSoTimeout(10_000);
        while (socket.getInputStream().read() >= 0) {
          // What still comes is not wanted.
        }
        return true;
      } catch (java.net.SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }
  }

  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ServerSocket server;
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Thread acceptor;

  RawUpstream(Script script) throws IOException {
    server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    acceptor = new Thread(() -> accept(script), "raw-upstream");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Answers every request with 200 and {@code ok}, keeping connections. */
  static RawUpstream answering(String response) throws IOException {
    return new RawUpstream(
        peer -> {
          while (peer.request() != null) {
            peer.send(response);
          }
        });
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Peer peer = new Peer(socket, this, connections.incrementAndGet());
        Thread thread = new Thread(() -> run(script, peer), "raw-upstream-" + peer.number());
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void run(Script script, Peer peer) {
    try (peer.socket) {
      script.run(peer);
    } catch (IOException e) {
      // The gateway went first: scripts that care look for it themselves.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Connections accepted so far. */
  int connections() {
    return connections.get();
  }

  /** The next request head that came; fails after 10 s. */
  String request() throws InterruptedException {
    String head = requests.poll(10, TimeUnit.SECONDS);
    if (head == null) {
      throw new AssertionError("no request came");
    }
    return head;
  }

  /** Leaves requests of what a test did before out of what it looks at next. */
  void forget() {
    requests.clear();
  }

  /** Requests that came and were not asked for yet. */
  int waiting() {
    return requests.size();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
