package dev.headwater.load.acceptance;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the gateway's event loops keep a client waiting: a request for a page that the gateway
 * answers by itself, every two milliseconds on each of several connections, so that every loop has
 * some. The longest answer is the longest stall, plus what the machine adds.
 *
 * <p>What the machine adds is measured beside it: a thread that sleeps as long between its looks at
 * the clock, and takes the lateness of each as the machine's own.
 */
final class StallProbe implements AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final int PAUSE_MILLIS = 2;
  private static final byte[] REQUEST =
      "GET /probe HTTP/1.1\r\nHost: probe\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final List<Thread> threads = new ArrayList<>();
  private final List<Worst> answers = new ArrayList<>();
  private final Worst machine = new Worst();
  private volatile boolean ended;

  /** Nanoseconds; written by one thread. */
  private static final class Worst {
    private volatile long nanos;
    private volatile long count;

    void add(long sample) {
      count = count + 1;
      if (sample > nanos) {
        nanos = sample;
      }
    }
  }

  StallProbe(int port) {
    for (int i = 0; i < CONNECTIONS; i++) {
      Worst worst = new Worst();
      answers.add(worst);
      start(() -> probe(port, worst));
    }
    start(this::watchMachine);
  }

  /** The longest answer so far, in milliseconds. */
  double longestMillis() {
    return answers.stream().mapToLong(worst -> worst.nanos).max().orElse(0) / 1e6;
  }

  /** How late the machine was at most, in milliseconds. */
  double machineMillis() {
    return machine.nanos / 1e6;
  }

  /** Answers so far. */
  long count() {
    return answers.stream().mapToLong(worst -> worst.count).sum();
  }

  /** Forgets what was measured. */
  void reset() {
    answers.forEach(worst -> worst.nanos = 0);
    machine.nanos = 0;
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "stall-probe");
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void probe(int port, Worst worst) {
    try (Socket socket = new Socket(InetAddress.getByName(Loopback.HOST), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[1024];
      while (!ended) {
        long asked = System.nanoTime();
        out.write(REQUEST);
        // Head and body are a few hundred bytes, written at once.
        if (in.read(answer) < 0) {
          throw new IOException("the gateway closed the probe's connection");
        }
        worst.add(System.nanoTime() - asked);
        pause();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void watchMachine() {
    long before = System.nanoTime();
    while (!ended) {
      pause();
      long now = System.nanoTime();
      machine.add(now - before - PAUSE_MILLIS * 1_000_000L);
      before = now;
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      ended = true;
    }
  }

  @Override
  public void close() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(5_000);
    }
  }
}
