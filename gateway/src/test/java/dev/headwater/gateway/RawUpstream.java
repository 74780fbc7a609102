package dev.headwater.gateway;

import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.StrictRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream whose every connection runs a script over the raw socket, in clear or with TLS. One
 * made by {@link #recording} keeps every byte that comes, so that {@link StrictRequest#judge} can
 * tell what really came.
 */
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
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private volatile Ending ending = Ending.OPEN;

    Peer(Socket socket, RawUpstream upstream, int number) throws IOException {
      this.socket = socket;
      this.upstream = upstream;
      this.number = number;
      InputStream raw = socket.getInputStream();
      this.in = upstream.recording ? new BufferedInputStream(new Tee(raw, seen)) : raw;
    }

    /** What comes; of a recording upstream the socket's own stream is not to be read. */
    InputStream in() {
      return in;
    }

    private Seen seen() {
      synchronized (seen) {
        return new Seen(seen.toByteArray(), ending);
      }
    }

    private void forget() {
      synchronized (seen) {
        seen.reset();
      }
    }

    /** The next request, read strictly; null when the gateway closed. */
    StrictRequest strict() throws IOException {
      return StrictRequest.read(in);
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
      upstream.total.incrementAndGet();
      return text;
    }

    byte[] read(int bytes) throws IOException {
      return in.readNBytes(bytes);
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
        while (in.read() >= 0) {
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

  /**
   * What came on a connection.
   *
   * @param ending how the gateway left it; {@code CLOSED} too where the script was done first
   */
  record Seen(byte[] bytes, Ending ending) {
    StrictRequest.Verdict judge() {
      return StrictRequest.judge(bytes);
    }

    String text() {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** Copies what is read. */
  private static final class Tee extends FilterInputStream {
    private final ByteArrayOutputStream copy;

    Tee(InputStream in, ByteArrayOutputStream copy) {
      super(in);
      this.copy = copy;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      if (count > 0) {
        synchronized (copy) {
          copy.write(into, from, count);
        }
      }
      return count;
    }
  }

  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ServerSocket server;
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger total = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final boolean recording;
  private final Thread acceptor;

  RawUpstream(Script script) throws IOException {
    this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), false, script);
  }

  /** One that listens there, such as {@link TestCertificates.Issued#listen}. */
  RawUpstream(ServerSocket server, Script script) throws IOException {
    this(server, false, script);
  }

  private RawUpstream(ServerSocket server, boolean recording, Script script) {
    this.server = server;
    this.recording = recording;
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

  /** One that keeps every byte that comes while its scripts read. */
  static RawUpstream recording(Script script) throws IOException {
    return new RawUpstream(
        new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), true, script);
  }

  /** One that keeps every byte, takes RFC 9112 by the letter, and answers each request so. */
  static RawUpstream strict(String response) throws IOException {
    return recording(
        peer -> {
          for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
            boolean bodiless = next.method().equals("HEAD");
            peer.send(
                bodiless ? response.substring(0, response.indexOf("\r\n\r\n") + 4) : response);
          }
        });
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Peer peer = new Peer(socket, this, connections.incrementAndGet());
        peers.add(peer);
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
      peer.ending = Ending.CLOSED;
    } catch (SocketException e) {
      peer.ending = Ending.RESET;
    } catch (IOException e) {
      // The gateway went first: scripts that care look for it themselves.
      peer.ending = Ending.CLOSED;
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
    peers.forEach(Peer::forget);
    // Otherwise who measures memory over many connections would measure this list.
    open.removeIf(Socket::isClosed);
    peers.removeIf(peer -> peer.socket.isClosed());
  }

  /** What came since {@link #forget}, byte by byte, of each connection that brought any. */
  List<Seen> received() {
    if (!recording) {
      throw new IllegalStateException("recording: false (expected one by recording or strict)");
    }
    return peers.stream().map(Peer::seen).filter(seen -> seen.bytes().length > 0).toList();
  }

  /** Requests that came, whether asked for or not. */
  int total() {
    return total.get();
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
