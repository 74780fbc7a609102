package dev.headwater.gateway.fault;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks HTTP/2 frame by frame, over clear text or TLS.
 *
 * <p>What comes is read by a thread of its own, so that a peer never waits for a test, and kept:
 * every frame in order, header blocks decoded, streams put together to answers. Unless told
 * otherwise it is a polite client: it acknowledges SETTINGS and PING and gives back window as DATA
 * comes. What goes out is only what a test sends. Methods that wait fail after 10 s.
 *
 * <pre>{@code
 * try (Http2Client client = Http2Client.over(Dial.tcp(port)).begin()) {
 *   int stream = client.request("GET", "/votes/1");
 *   assertThat(client.answer(stream).status()).isEqualTo(200);
 * }
 * }</pre>
 */
public final class Http2Client implements AutoCloseable {
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Bytes of the preface and an empty SETTINGS frame. */
  private static final int PREAMBLE = Http2Frame.PREFACE.length + 9;

  private final Socket socket;
  private final Http2Fields fields = new Http2Fields();
  private final List<Http2Frame> frames = new ArrayList<>();
  private final Map<Integer, Stream> streams = new HashMap<>();
  private @Nullable Ending ending;
  private @Nullable Throwable fault;
  private volatile boolean acknowledging = true;
  private volatile boolean granting = true;
  private int nextStream = 1;
  private long sent;
  private @Nullable Http2Frame owed;

  private static final class Stream {
    final ByteArrayOutputStream block = new ByteArrayOutputStream();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<StrictField> head = List.of();
    List<StrictField> trailers = List.of();
    boolean endsWithBlock;
    boolean over;
    int reset = -1;
  }

  private Http2Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(0);
    Thread reader = new Thread(this::read, "http2-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** On a connection that is there, by {@link Dial}; nothing is sent yet. */
  public static Http2Client over(Socket socket) throws IOException {
    return new Http2Client(socket);
  }

  /** Leaves SETTINGS and PING unanswered. */
  public Http2Client withoutAcknowledging() {
    acknowledging = false;
    return this;
  }

  /** Leaves windows to shrink; {@link Http2Frame#windowUpdate} gives back by hand. */
  public Http2Client withoutGranting() {
    granting = false;
    return this;
  }

  /** Preface and SETTINGS as pairs of identifier and value, then waits for the peer's. */
  public Http2Client begin(int... settings) throws IOException {
    // In one piece: an acknowledgement of the peer's SETTINGS must not come between them.
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(Http2Frame.PREFACE);
    first.writeBytes(Http2Frame.settings(settings).bytes());
    send(first.toByteArray());
    await("SETTINGS", frame -> frame.type() == Http2Frame.SETTINGS);
    return this;
  }

  // Sending.

  public Http2Client send(Http2Frame... all) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Http2Frame frame : all) {
      bytes.writeBytes(frame.bytes());
    }
    return send(bytes.toByteArray());
  }

  /** Any bytes. */
  public Http2Client send(byte[] bytes) throws IOException {
    synchronized (socket) {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      sent += bytes.length;
      if (owed != null && sent >= PREAMBLE) {
        byte[] acknowledgement = owed.bytes();
        owed = null;
        send(acknowledgement);
      }
    }
    return this;
  }

  /** The next stream's number. */
  public int newStream() {
    int stream = nextStream;
    nextStream += 2;
    return stream;
  }

  /** A request without a body on a stream of its own; names and values in turn behind the path. */
  public int request(String method, String path, String... more) throws IOException {
    return begun(true, Http2Fields.request(method, path, more));
  }

  /** Begins a request whose DATA follows. */
  public int requestWithBody(String method, String path, String... more) throws IOException {
    return begun(false, Http2Fields.request(method, path, more));
  }

  private int begun(boolean last, String... namesAndValues) throws IOException {
    int stream = newStream();
    headers(stream, last, namesAndValues);
    return stream;
  }

  /** HEADERS of these names and values, compressed; behind DATA they are trailers. */
  public Http2Client headers(int stream, boolean last, String... namesAndValues)
      throws IOException {
    return send(Http2Frame.headers(stream, block(stream, namesAndValues), last));
  }

  /** A header block, compressed with this connection's table; it has to be sent. */
  public byte[] block(int stream, String... namesAndValues) {
    return fields.encode(stream, namesAndValues);
  }

  // What comes.

  private void read() {
    Ending how = Ending.CLOSED;
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Http2Frame frame = Http2Frame.read(in); frame != null; frame = Http2Frame.read(in)) {
        taken(frame);
        answered(frame);
      }
    } catch (SocketException e) {
      how = Ending.RESET;
    } catch (IOException e) {
      how = e.getMessage() != null && e.getMessage().contains("reset") ? Ending.RESET : how;
    } catch (RuntimeException | AssertionError e) {
      fault = e;
    }
    synchronized (frames) {
      ending = how;
      frames.notifyAll();
    }
  }

  /** Politeness; a peer that is gone cannot be answered, which the next read tells. */
  private void answered(Http2Frame frame) {
    try {
      if (acknowledging && !frame.has(Http2Frame.ACK)) {
        if (frame.type() == Http2Frame.SETTINGS) {
          acknowledgedWhenBegun();
        } else if (frame.type() == Http2Frame.PING) {
          send(new Http2Frame(Http2Frame.PING, Http2Frame.ACK, 0, frame.payload()));
        }
      }
      int length = frame.payload().length;
      if (granting && frame.type() == Http2Frame.DATA && length > 0) {
        send(Http2Frame.windowUpdate(0, length), Http2Frame.windowUpdate(frame.stream(), length));
      }
    } catch (IOException gone) {
      // As said.
    }
  }

  /** Over TLS a server speaks first; nothing of ours may come before the preface. */
  private void acknowledgedWhenBegun() throws IOException {
    synchronized (socket) {
      if (sent < PREAMBLE) {
        owed = Http2Frame.settingsAck();
      } else {
        send(Http2Frame.settingsAck());
      }
    }
  }

  private void taken(Http2Frame frame) {
    synchronized (frames) {
      frames.add(frame);
      if (frame.stream() != 0) {
        stream(frame);
      }
      frames.notifyAll();
    }
  }

  private void stream(Http2Frame frame) {
    Stream stream = streams.computeIfAbsent(frame.stream(), any -> new Stream());
    switch (frame.type()) {
      case Http2Frame.DATA -> {
        stream.body.writeBytes(frame.payload());
        stream.over |= frame.has(Http2Frame.END_STREAM);
      }
      case Http2Frame.HEADERS -> {
        stream.endsWithBlock = frame.has(Http2Frame.END_STREAM);
        block(stream, frame);
      }
      case Http2Frame.CONTINUATION -> block(stream, frame);
      case Http2Frame.RST_STREAM -> {
        stream.reset = frame.value();
        stream.over = true;
      }
      default -> {
        // Says nothing of the answer.
      }
    }
  }

  /** The gateway pads nothing and sets no priorities: a payload is block and nothing else. */
  private void block(Stream stream, Http2Frame frame) {
    stream.block.writeBytes(frame.payload());
    if (!frame.has(Http2Frame.END_HEADERS)) {
      return;
    }
    List<StrictField> decoded = fields.decode(frame.stream(), stream.block.toByteArray());
    stream.block.reset();
    boolean informational =
        StrictField.all(decoded, ":status").stream().anyMatch(status -> status.startsWith("1"));
    if (stream.head.isEmpty() && !informational) {
      stream.head = decoded;
    } else if (!informational) {
      stream.trailers = decoded;
    }
    stream.over |= stream.endsWithBlock;
  }

  /** Every frame that came so far, in order. */
  public List<Http2Frame> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** How many of a type came so far. */
  public long count(int type) {
    synchronized (frames) {
      return frames.stream().filter(frame -> frame.type() == type).count();
    }
  }

  /** Bytes of DATA that a stream brought so far. */
  public int received(int stream) {
    synchronized (frames) {
      Stream at = streams.get(stream);
      return at == null ? 0 : at.body.size();
    }
  }

  /** The first frame that is so, waited for. */
  public Http2Frame await(String what, Predicate<Http2Frame> condition) {
    int[] seen = {0};
    return waited(
        what,
        () -> {
          for (; seen[0] < frames.size(); seen[0]++) {
            if (condition.test(frames.get(seen[0]))) {
              return frames.get(seen[0]);
            }
          }
          return null;
        });
  }

  /** The first GOAWAY whose error is not NO_ERROR, waited for. */
  public Http2Frame awaitFatalGoAway() {
    return await(
        "GOAWAY with an error", frame -> frame.type() == Http2Frame.GOAWAY && frame.value() != 0);
  }

  /** What became of a stream, waited for until it is over. */
  public Http2Answer answer(int stream) {
    return waited(
        "end of stream " + stream,
        () -> {
          Stream at = streams.get(stream);
          return at == null || !at.over
              ? null
              : new Http2Answer(at.head, at.body.toByteArray(), at.trailers, at.reset);
        });
  }

  /** How the connection ended, waited for. */
  public Ending ending() {
    synchronized (frames) {
      long until = System.nanoTime() + PATIENCE_NANOS;
      while (ending == null) {
        pause(until, "end of the connection");
      }
      return ending;
    }
  }

  /** How the connection stands now. */
  public Ending now() {
    synchronized (frames) {
      return ending == null ? Ending.OPEN : ending;
    }
  }

  private interface Look<T> {
    @Nullable T look();
  }

  private <T> T waited(String what, Look<T> look) {
    synchronized (frames) {
      long until = System.nanoTime() + PATIENCE_NANOS;
      while (true) {
        T found = look.look();
        if (found != null) {
          return found;
        }
        if (ending != null) {
          throw new AssertionError(
              "no " + what + ": connection " + ending + ", came " + tail(), fault);
        }
        pause(until, what);
      }
    }
  }

  private void pause(long until, String what) {
    long left = (until - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new AssertionError("not within 10 s: " + what + ", came " + tail());
    }
    try {
      frames.wait(left);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Http2Frame> tail() {
    return frames.subList(Math.max(0, frames.size() - 10), frames.size());
  }

  // Leaving.

  public Socket socket() {
    return socket;
  }

  /** Leaves with a reset. */
  public void reset() throws IOException {
    Dial.reset(socket);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
