package dev.headwater.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many clients on one thread that all do the same: send some bytes at once, then one byte of a tail
 * per beat, and read what comes, or nothing of it. Each is asked afterwards what became of it.
 */
final class Crowd implements AutoCloseable {
  /** What a member does. */
  record Manner(String start, String tail, long beatMillis, boolean reads) {}

  /** One of them. */
  static final class Member {
    private final SocketChannel channel;
    private final StringBuilder answer = new StringBuilder();
    private final long began = System.nanoTime();
    private int sent;
    private volatile long endedAt;

    Member(SocketChannel channel) {
      this.channel = channel;
    }

    /** Milliseconds until it was closed by the other side; -1 while it is not. */
    long lastedMillis() {
      return endedAt == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(endedAt - began);
    }

    /** What it was told; only once it has ended. */
    String answer() {
      return answer.toString();
    }
  }

  private static final int RECEIVE_BUFFER = 4096;

  private final Manner manner;
  private final Selector selector = Selector.open();
  private final List<Member> members = new ArrayList<>();
  private final Thread thread;
  private volatile boolean over;

  /** That many clients at {@code port}; they are connected when this returns. */
  Crowd(int port, int count, Manner manner) throws IOException {
    this.manner = manner;
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(new InetSocketAddress("127.0.0.1", port));
      Member member = new Member(channel);
      members.add(member);
      channel.write(ByteBuffer.wrap(manner.start.getBytes(StandardCharsets.ISO_8859_1)));
      channel.configureBlocking(false);
      channel.register(selector, manner.reads ? SelectionKey.OP_READ : 0, member);
    }
    thread = new Thread(this::run, "crowd");
    thread.setDaemon(true);
    thread.start();
  }

  List<Member> members() {
    return members;
  }

  /** How many the other side has not closed. */
  long left() {
    return members.stream().filter(member -> member.endedAt == 0).count();
  }

  private void run() {
    long next = System.nanoTime();
    try {
      while (!over) {
        selector.select(Math.max(1, manner.beatMillis / 4));
        for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
          read((Member) ready.next().attachment());
          ready.remove();
        }
        if (System.nanoTime() - next >= 0) {
          next += TimeUnit.MILLISECONDS.toNanos(manner.beatMillis);
          members.forEach(this::beat);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void beat(Member member) {
    if (member.endedAt != 0 || member.sent == manner.tail.length()) {
      return;
    }
    try {
      byte[] one = {(byte) manner.tail.charAt(member.sent)};
      member.sent += member.channel.write(ByteBuffer.wrap(one));
    } catch (IOException reset) {
      end(member);
    }
  }

  private static void read(Member member) {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try {
      int count = member.channel.read(bytes);
      if (count < 0) {
        end(member);
      } else {
        member.answer.append(new String(bytes.array(), 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException reset) {
      end(member);
    }
  }

  private static void end(Member member) {
    member.endedAt = System.nanoTime();
    try {
      member.channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    over = true;
    selector.wakeup();
    thread.join();
    for (Member member : members) {
      member.channel.close();
    }
    selector.close();
  }
}
