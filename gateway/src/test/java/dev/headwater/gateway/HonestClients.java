package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that keep sending GET, one request at a time, and do as RFC 9112 9.3.1 says: one that is
 * told to close comes back on another connection; a connection that ends before a byte of an answer
 * has the request sent again, once, and counted. Anything else is a failure. A client stops when
 * nobody listens any more.
 */
final class HonestClients {
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final int port;
  private final int perConnection;

  final AtomicInteger answered = new AtomicInteger();
  final AtomicInteger toldToClose = new AtomicInteger();
  final AtomicInteger sentAgain = new AtomicInteger();

  /** That many clients; each leaves a connection after {@code perConnection} requests. */
  HonestClients(int port, int clients, int perConnection) {
    this.port = port;
    this.perConnection = perConnection;
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(this::run, "honest-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run() {
    boolean again = false;
    while (!enough.get()) {
      int at = 0;
      try (RawClient client = new RawClient(new Socket("127.0.0.1", port))) {
        boolean goOn = true;
        while (goOn && at < perConnection && !enough.get()) {
          goOn = request(client);
          at++;
          again = false;
        }
      } catch (ConnectException nobodyListens) {
        return;
      } catch (EOFException | SocketException early) {
        if (again) {
          failure.compareAndSet(null, early);
          return;
        }
        again = true;
        sentAgain.incrementAndGet();
      } catch (Throwable other) {
        failure.compareAndSet(null, other);
        return;
      }
    }
  }

  /** Tells whether the connection goes on. */
  private boolean request(RawClient client) throws IOException {
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    int first = client.socket().getInputStream().read();
    if (first < 0) {
      throw new EOFException("closed before an answer");
    }
    String answer;
    try {
      answer = (char) first + client.response();
    } catch (IOException broken) {
      throw new AssertionError("an answer broke off", broken);
    }
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    answered.incrementAndGet();
    if (answer.contains("\r\nConnection: close\r\n")) {
      toldToClose.incrementAndGet();
      return false;
    }
    return true;
  }

  /** Waits until so many more were answered. */
  void await(int more) throws Exception {
    int so = answered.get() + more;
    Await.until(
        more + " more answers",
        java.time.Duration.ofSeconds(60),
        () ->
            answered.get() >= so
                || failure.get() != null
                || threads.stream().noneMatch(Thread::isAlive));
    assertThat(failure.get()).isNull();
  }

  /** Whether nobody listens any more for any of them. */
  boolean gone() {
    return threads.stream().noneMatch(Thread::isAlive);
  }

  /** Ends them; none may have failed. */
  void end() throws Exception {
    enough.set(true);
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertThat(failure.get()).isNull();
  }
}
