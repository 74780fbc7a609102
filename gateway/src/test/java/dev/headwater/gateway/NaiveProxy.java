package dev.headwater.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import zipkin2.Span;

/**
 * A tracing proxy as one writes it first; every fault below is one that published proxies have had.
 *
 * <p>It believes whatever trace headers come in, copies all fields, keeps the spans of a trace
 * together in a map until "the trace is over", names spans by raw paths, tags what it sees, and
 * takes durations from the wall clock. Heads and bodies it passes on as they are, with the framing
 * that a map of fields tells it. What it cannot parse it drops.
 */
final class NaiveProxy implements ProxyUnderTest {
  private final Situation situation;
  private final int upstream;
  private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  private final SteppedClock clock = new SteppedClock();
  private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
  private final Map<String, List<Span>> traces = new ConcurrentHashMap<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  NaiveProxy(Situation situation, int upstream) throws IOException {
    this.situation = situation;
    this.upstream = upstream;
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "naive-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), upstream)) {
      open.add(behind);
      for (String head = head(client); head != null; head = head(client)) {
        exchange(head, client, behind);
      }
    } catch (IOException | RuntimeException dropped) {
      // A first version has no better idea.
    }
  }

  private void exchange(String head, Socket client, Socket behind) throws IOException {
    String[] lines = head.split("\r\n");
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      fields.put(
          lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).trim());
    }
    String[] b3 = fields.getOrDefault("b3", "").split("-");
    String traceId = fields.getOrDefault("x-b3-traceid", b3.length > 1 ? b3[0] : newId());
    String spanId = fields.getOrDefault("x-b3-spanid", b3.length > 1 ? b3[1] : newId());
    String claim = fields.getOrDefault("x-b3-sampled", b3.length > 2 ? b3[2] : "");
    boolean debug = "1".equals(fields.get("x-b3-flags")) || claim.equals("d");
    boolean sampled =
        debug
            || claim.equals("1")
            || claim.isEmpty() && ThreadLocalRandom.current().nextDouble() < situation.rate();

    long began = clock.millis();
    StringBuilder forwarded = new StringBuilder(head.substring(0, head.length() - 2));
    forwarded.append("X-B3-TraceId: ").append(traceId).append("\r\n");
    forwarded.append("X-B3-SpanId: ").append(spanId).append("\r\n");
    forwarded.append("X-B3-Sampled: ").append(sampled ? "1" : "0").append("\r\n\r\n");
    write(behind, forwarded.toString());
    body(fields, client, behind);
    String answer = head(behind);
    int length = Integer.parseInt(answer.replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
    byte[] body = behind.getInputStream().readNBytes(length);
    if (sampled) {
      report(lines[0].split(" "), fields, traceId, spanId, began);
    }
    write(client, answer + new String(body, StandardCharsets.ISO_8859_1));
  }

  /** The length that stands last, or chunks if the word is there; copied as it comes. */
  private static void body(Map<String, String> fields, Socket client, Socket behind)
      throws IOException {
    OutputStream out = behind.getOutputStream();
    if (!fields.getOrDefault("transfer-encoding", "").contains("chunked")) {
      int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
      for (int i = 0; i < length; i++) {
        out.write(client.getInputStream().readNBytes(1));
      }
      return;
    }
    for (String line = line(client); ; line = line(client)) {
      out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      int size = Integer.parseInt(line.split(";")[0].trim(), 16);
      if (size == 0) {
        break;
      }
      out.write(client.getInputStream().readNBytes(size));
      out.write((line(client) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    for (String line = line(client); ; line = line(client)) {
      out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      if (line.isBlank()) {
        return;
      }
    }
  }

  private static String line(Socket from) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = from.getInputStream().read();
        next != '\n';
        next = from.getInputStream().read()) {
      if (next < 0) {
        throw new IOException("closed inside a line");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private void report(
      String[] line, Map<String, String> fields, String traceId, String id, long began) {
    Span.Builder span = Span.newBuilder().traceId(traceId).id(id);
    fields.forEach((name, value) -> span.putTag("http." + name, value));
    span.putTag("http.path", line[1]).name(line[0] + " " + line[1]);
    span.timestamp(began * 1000).duration((clock.millis() - began) * 1000);
    List<Span> trace =
        traces.computeIfAbsent(traceId, one -> Collections.synchronizedList(new ArrayList<>()));
    Span root = span.kind(Span.Kind.SERVER).build();
    trace.add(root);
    Span attempt = span.kind(Span.Kind.CLIENT).parentId(id).id(newId()).build();
    trace.add(attempt);
    spans.add(root);
    spans.add(attempt);
  }

  private static String newId() {
    return "%016x".formatted(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
  }

  private static void write(Socket to, String text) throws IOException {
    OutputStream out = to.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String head(Socket from) throws IOException {
    InputStream in = from.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int tail = 0; tail != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
      tail = tail << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public List<Span> spans(int count) throws InterruptedException {
    List<Span> taken = new ArrayList<>();
    while (taken.size() < count) {
      Span next = spans.poll(3, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("spans: " + taken + " (expected " + count + ")");
      }
      taken.add(next);
    }
    return taken;
  }

  @Override
  public void forgetSpans() {
    spans.clear();
  }

  @Override
  public long refused() {
    return 0;
  }

  @Override
  public void stepClock(Duration by) {
    clock.step(by);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
