package dev.headwater.gateway.fault;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An origin that speaks HTTP/2 frame by frame: each connection hands what comes to a script, one
 * frame after the other. Preface and SETTINGS are exchanged by themselves; windows are given back
 * unless told otherwise. What a script sends is not checked.
 *
 * <pre>{@code
 * new Http2Origin((peer, frame) -> {
 *   if (frame.has(Http2Frame.END_STREAM)) {
 *     peer.answer(frame.stream(), "hello");
 *   }
 * });
 * }</pre>
 */
public final class Http2Origin implements AutoCloseable {
  /** What a connection does with each frame of requests: HEADERS, DATA, RST_STREAM, GOAWAY. */
  public interface Script {
    void frame(Peer peer, Http2Frame frame) throws Exception;
  }

  private final ServerSocket server;
  private final Script script;
  private final int[] settings;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private volatile boolean granting = true;

  /** In clear, with these settings as pairs of identifier and value. */
  public Http2Origin(Script script, int... settings) throws IOException {
    this(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), script, settings);
  }

  /** On a socket that is there, such as one with TLS. */
  public Http2Origin(ServerSocket server, Script script, int... settings) {
    this.server = server;
    this.script = script;
    this.settings = settings;
    Thread accepting = new Thread(this::accept, "http2-origin");
    accepting.setDaemon(true);
    accepting.start();
  }

  /** Leaves windows to shrink. */
  public Http2Origin withoutGranting() {
    granting = false;
    return this;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Connections so far, in order. */
  public List<Peer> peers() {
    return peers;
  }

  private void accept() {
    try {
      while (true) {
        Peer peer = new Peer(server.accept(), peers.size() + 1);
        peers.add(peer);
        Thread serving = new Thread(() -> serve(peer), "http2-origin-" + peer.number);
        serving.setDaemon(true);
        serving.start();
      }
    } catch (IOException closed) {
      // By the test.
    }
  }

  private void serve(Peer peer) {
    try (Socket socket = peer.socket) {
      socket.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      in.readNBytes(Http2Frame.PREFACE.length);
      peer.send(Http2Frame.settings(settings));
      for (Http2Frame frame = Http2Frame.read(in); frame != null; frame = Http2Frame.read(in)) {
        peer.taken(frame);
      }
    } catch (Exception broken) {
      // By either side; what matters is seen at the gateway.
    }
    peer.closed = true;
  }

  /** One connection as a script sees it. */
  public final class Peer {
    private final Socket socket;
    private final int number;
    private final Http2Fields fields = new Http2Fields();
    private final List<Http2Frame> frames = new CopyOnWriteArrayList<>();
    private final Map<Integer, List<StrictField>> heads = new ConcurrentHashMap<>();
    private final Map<Integer, List<StrictField>> trailers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Peer(Socket socket, int number) {
      this.socket = socket;
      this.number = number;
    }

    /** 1 for the first connection. */
    public int number() {
      return number;
    }

    /** Whether the gateway closed it, or it broke. */
    public boolean closed() {
      return closed;
    }

    /** Every frame that came, in order. */
    public List<Http2Frame> frames() {
      return frames;
    }

    /** Frames of a type that came for a stream. */
    public List<Http2Frame> frames(int type, int stream) {
      return frames.stream().filter(f -> f.type() == type && f.stream() == stream).toList();
    }

    /** A field of a request's head as {@code value}, or null. */
    public String field(int stream, String name) {
      List<String> values = StrictField.all(heads.getOrDefault(stream, List.of()), name);
      return values.isEmpty() ? null : String.join(",", values);
    }

    /** The fields of a request's head, in order. */
    public List<StrictField> head(int stream) {
      return heads.getOrDefault(stream, List.of());
    }

    public List<StrictField> trailers(int stream) {
      return trailers.getOrDefault(stream, List.of());
    }

    /** The path that a stream asks for. */
    public String path(int stream) {
      return String.valueOf(field(stream, ":path"));
    }

    /** Bytes of DATA that came for a stream. */
    public byte[] body(int stream) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      frames(Http2Frame.DATA, stream).forEach(frame -> body.writeBytes(frame.payload()));
      return body.toByteArray();
    }

    private void taken(Http2Frame frame) throws Exception {
      switch (frame.type()) {
        case Http2Frame.SETTINGS -> {
          if (!frame.has(Http2Frame.ACK)) {
            send(Http2Frame.settingsAck());
          }
        }
        case Http2Frame.PING -> {
          if (!frame.has(Http2Frame.ACK)) {
            send(new Http2Frame(Http2Frame.PING, Http2Frame.ACK, 0, frame.payload()));
          }
        }
        case Http2Frame.HEADERS -> {
          List<StrictField> block = fields.decode(frame.stream(), frame.payload());
          if (heads.putIfAbsent(frame.stream(), block) != null) {
            trailers.put(frame.stream(), block);
          }
        }
        default -> {
          // Kept below.
        }
      }
      frames.add(frame);
      int length = frame.payload().length;
      if (granting && frame.type() == Http2Frame.DATA && length > 0) {
        send(Http2Frame.windowUpdate(0, length));
        if (!frame.has(Http2Frame.END_STREAM)) {
          send(Http2Frame.windowUpdate(frame.stream(), length));
        }
      }
      if (frame.stream() != 0 || frame.type() == Http2Frame.GOAWAY) {
        script.frame(this, frame);
      }
    }

    public Peer send(Http2Frame... all) throws IOException {
      for (Http2Frame frame : all) {
        send(frame.bytes());
      }
      return this;
    }

    /** Any bytes. */
    public Peer send(byte[] bytes) throws IOException {
      synchronized (socket) {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
      }
      return this;
    }

    /** HEADERS with a status, and names and values in turn behind it. */
    public Peer head(int stream, int status, boolean last, String... more) throws IOException {
      String[] all = new String[more.length + 2];
      all[0] = ":status";
      all[1] = Integer.toString(status);
      System.arraycopy(more, 0, all, 2, more.length);
      return headers(stream, last, all);
    }

    /** HEADERS of these names and values as literals; behind DATA they are trailers. */
    public Peer headers(int stream, boolean last, String... namesAndValues) throws IOException {
      return send(Http2Frame.headers(stream, Http2Fields.literal(namesAndValues), last));
    }

    public Peer data(int stream, String text, boolean last) throws IOException {
      return send(Http2Frame.data(stream, text.getBytes(StandardCharsets.ISO_8859_1), last));
    }

    /** 200 with that body. */
    public Peer answer(int stream, String body) throws IOException {
      return head(stream, 200, false, "content-length", Integer.toString(body.length()))
          .data(stream, body, true);
    }

    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Peer peer : peers) {
      peer.socket.close();
    }
  }
}
