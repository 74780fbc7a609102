package dev.headwater.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A proxy for WebSocket as one writes it first: once a request asks for an upgrade, whatever it is
 * and whatever is answered, bytes are copied both ways. What the other side does not take yet waits
 * in a queue, and the end of one side is the end of both.
 */
final class NaiveTunnel implements TunnelAbuseContract.Proxy {
  private static final byte[] END = new byte[0];

  private final int upstream;
  private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  NaiveTunnel(int upstream) throws IOException {
    this.upstream = upstream;
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "naive-tunnel");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), upstream);
        open.add(client);
        open.add(behind);
        copy(client, behind);
        copy(behind, client);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void copy(Socket from, Socket to) {
    BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
    daemon(() -> read(from, waiting));
    daemon(() -> write(waiting, from, to));
  }

  private static void read(Socket from, BlockingQueue<byte[]> waiting) {
    try {
      InputStream in = from.getInputStream();
      byte[] piece = new byte[64 << 10];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(count);
        copy.write(piece, 0, count);
        waiting.add(copy.toByteArray());
      }
    } catch (IOException broken) {
      // An end like any other.
    }
    waiting.add(END);
  }

  private static void write(BlockingQueue<byte[]> waiting, Socket from, Socket to) {
    // Whoever ended is closed first, and gone before the other side can tell.
    try (to;
        from) {
      for (byte[] piece = waiting.take(); piece.length > 0; piece = waiting.take()) {
        to.getOutputStream().write(piece);
      }
    } catch (IOException | InterruptedException broken) {
      // Both are closed.
    }
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
