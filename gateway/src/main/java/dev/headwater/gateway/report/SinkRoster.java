package dev.headwater.gateway.report;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import dev.headwater.routes.SinkPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sinks at work, which may change while spans arrive.
 *
 * <p>A sink whose policy is still wanted goes on as it is. A new one is at work before one that is
 * no longer wanted is taken off; that one delivers what it holds, for some seconds at most, on a
 * thread of its own. What a sink counted is counted on by the one that has its name after it.
 * Handing a span over is one volatile read and an offer to each; the rest takes a lock.
 */
final class SinkRoster extends SpanHandler implements AutoCloseable {
  /** How long a sink that is taken off may deliver. */
  static final Duration FAREWELL = Duration.ofSeconds(5);

  /** Beyond that for its thread to end. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  /**
   * A sink at work.
   *
   * @param policy what it was started from; null for the embedded store, which stays
   * @param partial whether it takes spans that are not finished
   */
  record Member(@Nullable SinkPolicy policy, Sink sink, boolean partial) {
    static Member of(SinkPolicy policy, Sink sink) {
      return new Member(policy, sink, policy.format().partial());
    }

    String name() {
      return sink.view().sink();
    }
  }

  private final Map<Member, Thread> leaving = new HashMap<>();
  private final Map<String, Map<Outcome, Long>> past = new HashMap<>();
  private volatile Lineup lineup;
  private boolean closed;

  SinkRoster(List<Member> members) {
    this.lineup = new Lineup(members);
  }

  @Override
  public boolean end(@Nullable TraceContext context, MutableSpan span, Cause cause) {
    Lineup now = lineup;
    for (Sink sink : cause == Cause.FLUSHED ? now.partial : now.all) {
      sink.offer(span);
    }
    return true;
  }

  /**
   * Puts these sinks to work instead of those before; the store stays.
   *
   * @param start makes a sink that is not there yet; must not block
   */
  synchronized void update(List<SinkPolicy> wanted, Function<SinkPolicy, Sink> start) {
    List<Member> before = lineup.members;
    if (closed || wanted.equals(policies(before))) {
      return;
    }
    List<Member> next = new ArrayList<>();
    for (SinkPolicy policy : wanted) {
      Member same = find(before, policy);
      next.add(same == null ? Member.of(policy, start.apply(policy)) : same);
    }
    before.stream().filter(member -> member.policy() == null).forEach(next::add);
    lineup = new Lineup(next);
    before.stream().filter(member -> !next.contains(member)).forEach(this::takeOff);
  }

  private static List<SinkPolicy> policies(List<Member> members) {
    List<SinkPolicy> policies = new ArrayList<>();
    for (Member member : members) {
      SinkPolicy policy = member.policy();
      if (policy != null) {
        policies.add(policy);
      }
    }
    return policies;
  }

  private static @Nullable Member find(List<Member> members, SinkPolicy policy) {
    for (Member member : members) {
      if (policy.equals(member.policy())) {
        return member;
      }
    }
    return null;
  }

  private void takeOff(Member member) {
    Thread thread = new Thread(() -> leave(member), "headwater-leave-" + member.name());
    thread.setDaemon(true);
    leaving.put(member, thread);
    thread.start();
  }

  /** Delivers, ends, and leaves its counts behind. */
  private void leave(Member member) {
    try {
      member.sink().flush(FAREWELL).toCompletableFuture().join();
    } finally {
      member.sink().close();
      remember(member);
    }
  }

  private synchronized void remember(Member member) {
    leaving.remove(member);
    Map<Outcome, Long> counts =
        past.computeIfAbsent(member.name(), name -> new EnumMap<>(Outcome.class));
    member.sink().view().outcomes().forEach((outcome, n) -> counts.merge(outcome, n, Long::sum));
  }

  CompletionStage<Void> flush(Duration within) {
    return CompletableFuture.allOf(
        lineup.members.stream()
            .map(member -> member.sink().flush(within).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /** Every sink at work, with what those of its name did before. */
  synchronized List<SinkView> views() {
    List<SinkView> views = new ArrayList<>();
    for (Member member : lineup.members) {
      SinkView view = member.sink().view();
      for (Member gone : leaving.keySet()) {
        view = gone.name().equals(view.sink()) ? view.plus(gone.sink().view()) : view;
      }
      views.add(view.plus(past.getOrDefault(view.sink(), Map.of())));
    }
    return views;
  }

  /** Ends all, those that are leaving, too. Blocks for up to some seconds. */
  @Override
  public void close() {
    List<Thread> threads;
    synchronized (this) {
      closed = true;
      threads = List.copyOf(leaving.values());
    }
    lineup.members.forEach(member -> member.sink().close());
    for (Thread thread : threads) {
      try {
        thread.join(CLOSE_PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What a hand-over reads at once. */
  private static final class Lineup {
    final List<Member> members;
    final Sink[] all;
    final Sink[] partial;

    Lineup(List<Member> members) {
      this.members = List.copyOf(members);
      this.all = members.stream().map(Member::sink).toArray(Sink[]::new);
      this.partial =
          members.stream().filter(Member::partial).map(Member::sink).toArray(Sink[]::new);
    }
  }
}
