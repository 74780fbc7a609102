package dev.headwater.load.cluster;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Requests at a steady rate from a thread of its own, whatever becomes of the ones before, until it
 * is closed.
 */
final class SteadyLoad implements AutoCloseable {
  /**
   * A request and its answer.
   *
   * @param number of the request, from 0; its path is {@code /steady/NUMBER}
   * @param sentNanos when, by {@link System#nanoTime}
   * @param takenNanos until its answer was complete
   */
  record Sample(int number, long sentNanos, long takenNanos, Clients.Answer answer) {}

  private static final int PATIENCE_SECONDS = 60;

  private final Clients clients;
  private final IntFunction<String> hosts;
  private final IntFunction<Map<String, String>> fields;
  private final int perSecond;
  private final Thread sender = new Thread(this::send, "steady-load");
  private final List<Sample> samples = new ArrayList<>();
  private volatile boolean ends;
  private volatile int sent;

  private SteadyLoad(
      Clients clients,
      int perSecond,
      IntFunction<String> hosts,
      IntFunction<Map<String, String>> fields) {
    this.clients = clients;
    this.perSecond = perSecond;
    this.hosts = hosts;
    this.fields = fields;
  }

  /**
   * Starts.
   *
   * @param hosts of requests by their number
   */
  static SteadyLoad start(Vertx vertx, int port, int perSecond, IntFunction<String> hosts) {
    return start(vertx, port, perSecond, hosts, i -> Map.of());
  }

  /**
   * Starts.
   *
   * @param fields of requests beside the host, by their number
   */
  static SteadyLoad start(
      Vertx vertx,
      int port,
      int perSecond,
      IntFunction<String> hosts,
      IntFunction<Map<String, String>> fields) {
    SteadyLoad load = new SteadyLoad(new Clients(vertx, port), perSecond, hosts, fields);
    load.sender.start();
    return load;
  }

  private void send() {
    long from = System.nanoTime();
    for (int i = 0; !ends; i++) {
      long due = from + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.min(1_000_000, Math.max(1, due - System.nanoTime())));
      }
      long at = System.nanoTime();
      sent = i + 1;
      int number = i;
      var unused =
          clients
              .ask(hosts.apply(i), "/steady/" + i, fields.apply(i))
              .onSuccess(answer -> add(new Sample(number, at, System.nanoTime() - at, answer)));
    }
  }

  private synchronized void add(Sample sample) {
    samples.add(sample);
    notifyAll();
  }

  /** Answers so far. */
  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Answers so far that were not 200. */
  List<Sample> failed() {
    return samples().stream().filter(each -> each.answer.status() != 200).toList();
  }

  /** Sends no more and waits for the last answer; all of them. */
  List<Sample> end() throws InterruptedException {
    ends = true;
    sender.join();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (this) {
      while (samples.size() < sent && System.nanoTime() < deadline) {
        wait(100);
      }
      if (samples.size() < sent) {
        throw new AssertionError(samples.size() + " of " + sent + " requests were answered");
      }
      return List.copyOf(samples);
    }
  }

  /** In milliseconds, what that share of the requests took at most. */
  static long quantile(List<Sample> samples, double share) {
    long[] taken = samples.stream().mapToLong(Sample::takenNanos).sorted().toArray();
    return TimeUnit.NANOSECONDS.toMillis(
        taken[(int) Math.min(taken.length - 1, taken.length * share)]);
  }

  @Override
  public void close() throws InterruptedException {
    ends = true;
    sender.join();
    clients.close();
  }
}
