package dev.headwater.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A routing proxy as one writes it first; every fault below is one that published proxies have had.
 *
 * <p>It routes by the target and Host as they were sent and forwards both as they were sent, adds
 * itself to X-Forwarded-For whoever came, takes out what Connection names, and copies all else in
 * either direction. One request per connection; what it cannot parse it drops.
 */
final class NaiveRouter implements RoutedProxy {
  private final Setting setting;
  private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  NaiveRouter(Setting setting) throws IOException {
    this.setting = setting;
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "naive-router");
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
    try (client) {
      String[] lines = head(client).split("\r\n");
      try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), upstream(lines))) {
        open.add(behind);
        write(behind, forwarded(lines));
        String answer = head(behind);
        int length = Integer.parseInt(answer.replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
        byte[] body = behind.getInputStream().readNBytes(length);
        write(client, answer + new String(body, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException | RuntimeException dropped) {
      // A first version has no better idea.
    }
  }

  private int upstream(String[] lines) {
    boolean admin =
        lines[0].split(" ")[1].matches("/admin([/?].*)?")
            || value(lines, "host").equals("admin.example");
    return admin ? setting.admin() : setting.open();
  }

  private static String value(String[] lines, String name) {
    for (String line : lines) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).trim();
      }
    }
    return "";
  }

  private static String forwarded(String[] lines) {
    List<String> dropped =
        List.of(value(lines, "connection").toLowerCase(Locale.ROOT).split(" *, *"));
    String chain = value(lines, "x-forwarded-for");
    StringBuilder out = new StringBuilder(lines[0] + "\r\n");
    for (int i = 1; i < lines.length; i++) {
      String name = lines[i].substring(0, lines[i].indexOf(':')).trim().toLowerCase(Locale.ROOT);
      if (!dropped.contains(name) && !name.equals("x-forwarded-for")) {
        out.append(lines[i]).append("\r\n");
      }
    }
    out.append("X-Forwarded-For: ").append(chain.isEmpty() ? "" : chain + ", ");
    return out.append("127.0.0.1\r\n\r\n").toString();
  }

  private static void write(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String head(Socket from) throws IOException {
    InputStream in = from.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int tail = 0; tail != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed inside a head");
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
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
