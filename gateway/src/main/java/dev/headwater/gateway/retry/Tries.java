package dev.headwater.gateway.retry;

import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;
import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.ResponseSink;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.routes.RetryPolicy;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.Timeouts;
import dev.headwater.routes.Upstream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one exchange: takes what the current attempt tells, passes a response on, or begins
 * another attempt. All deadlines of an exchange behind its request head are looked at here.
 * Confined to the exchange's loop.
 */
final class Tries implements ResponseSink, Exchange.Ticked {
  private final Exchange exchange;
  private final Upstream upstream;
  private final AttemptStage attempts;
  private final RetryBudget budget;
  private final RetryPolicy policy;
  private final Timeouts timeouts;
  private final Loop loop;

  /** For the whole exchange: the route's, or the caller's own where that is sooner. */
  private final @Nullable Duration wholeLimit;

  private @Nullable Attempt current;
  private int retries;
  private boolean freeTaken;
  private boolean responding;
  private long lastProgress;
  private long uploaded;
  private long uploadPausedSince;
  private boolean downloadPaused;
  private long heldUp;
  private long heldUntil;

  Tries(Exchange exchange, Upstream upstream, AttemptStage attempts, RetryBudget budget) {
    this.exchange = exchange;
    this.upstream = upstream;
    this.attempts = attempts;
    this.budget = budget;
    this.policy = exchange.requireRoute().retry();
    this.timeouts = exchange.requireRoute().timeouts();
    this.loop = exchange.loop();
    this.wholeLimit =
        GrpcDeadline.sooner(timeouts.request(), GrpcDeadline.of(exchange.request().fields()));
  }

  void begin() {
    exchange.ticked(this);
    next(null, exchange.timeline().filtered());
  }

  private void next(@Nullable String reason, long now) {
    Attempt attempt =
        new Attempt(exchange, exchange.attempts().size() + 1, upstream, this, reason, now);
    current = attempt;
    exchange.add(attempt);
    attempts.handle(attempt);
  }

  // What the current attempt tells.

  @Override
  public void informational(Attempt attempt, ResponseHead head) {
    exchange.informational(head);
  }

  @Override
  public void head(Attempt attempt, ResponseHead head) {
    if (policy.statuses().contains(head.status())) {
      String reason = Integer.toString(head.status());
      if (mayRepeat() && spend()) {
        Attempt.Canceller canceller = attempt.canceller();
        attempt.canceller(null);
        attempt.complete(loop.now());
        if (canceller != null) {
          canceller.cancel();
        }
        again(reason);
        return;
      }
    }
    responding = true;
    lastProgress = loop.now();
    exchange.body().settle();
    exchange.respond(head);
  }

  @Override
  public @Nullable TunnelEnd switched(Attempt attempt, ResponseHead head) {
    responding = true;
    exchange.body().settle();
    return exchange.switched(head);
  }

  @Override
  public void data(Attempt attempt, Bytes piece) {
    lastProgress = loop.now();
    exchange.data(piece);
    downloadPaused = !takesMore();
    Attempt.Canceller canceller = attempt.canceller();
    if (downloadPaused && canceller != null) {
      canceller.response().pause();
    }
  }

  /** The kernel may take all that waits at once: only what it leaves is a client that is slow. */
  private boolean takesMore() {
    if (exchange.writable()) {
      return true;
    }
    exchange.flush();
    return exchange.writable();
  }

  @Override
  public void flush(Attempt attempt) {
    exchange.flush();
  }

  @Override
  public void end(Attempt attempt, @Nullable Fields trailers) {
    exchange.end(trailers);
  }

  @Override
  public void failed(Attempt attempt, Failure failure) {
    attempt.broke(failure, loop.now());
    if (exchange.over()) {
      return;
    }
    if (responding) {
      exchange.fail(failure);
      return;
    }
    if (!freeTaken && free(failure)) {
      freeTaken = true;
      String reason = failure instanceof GatewayFailure.Reset ? "stale" : failure.reason();
      loop.metrics().retry(upstream.name(), reason);
      next(reason, loop.now());
      return;
    }
    Condition condition = condition(failure);
    if (condition != null
        && policy.conditions().contains(condition)
        && (failure.unprocessed() ? exchange.body().replayable() : mayRepeat())
        && spend()) {
      again(failure.reason());
    } else {
      exchange.fail(failure);
    }
  }

  // Whether, and when, to try again.

  private static @Nullable Condition condition(Failure failure) {
    if (failure instanceof GatewayFailure.NotConnected
        || failure instanceof GatewayFailure.ConnectTimeout
        || failure instanceof GatewayFailure.Unprocessed) {
      return Condition.CONNECT;
    }
    if (failure instanceof GatewayFailure.Reset) {
      return Condition.RESET;
    }
    return failure instanceof GatewayFailure.TimedOut ? Condition.TIMEOUT : null;
  }

  /**
   * What happens to healthy upstreams all the time costs nothing, once. A connection that goes away
   * says what it has not processed: any method goes again. Of a pooled one that was just closed it
   * is as good as sure.
   */
  private boolean free(Failure failure) {
    RequestBody body = exchange.body();
    if (failure instanceof GatewayFailure.Reset reset && reset.stale()) {
      return repeatable() && body.complete() && body.replayable();
    }
    return failure instanceof GatewayFailure.Unprocessed && body.replayable();
  }

  private boolean mayRepeat() {
    return repeatable() && exchange.body().replayable();
  }

  /**
   * Who asks to switch protocols begins something that outlives its answer, whatever the method.
   */
  private boolean repeatable() {
    return exchange.request().idempotent() && exchange.upgrade() == null;
  }

  private boolean spend() {
    if (retries >= policy.attempts() || !budget.take(loop.now())) {
      return false;
    }
    retries++;
    return true;
  }

  private void again(String reason) {
    loop.metrics().retry(upstream.name(), reason);
    current = null;
    if (retries == 1 && upstream.endpoints().size() > 1) {
      next(reason, loop.now());
      return;
    }
    loop.scheduler()
        .after(
            Backoff.millis(retries, loop.random()),
            () -> {
              if (!exchange.over() && !exchange.responding()) {
                next(reason, loop.now());
              }
            });
  }

  // Time.

  @Override
  public void tick(long now) {
    if (past(counted(exchange.timeline().arrived()), wholeLimit, now)) {
      expire("request_timeout", false);
    } else if (responding) {
      tickResponse(now);
    } else {
      tickRequest(now);
    }
  }

  @Override
  public void heldUp(long nanos, long now) {
    heldUp += nanos;
    heldUntil = now;
    lastProgress += nanos;
    if (uploadPausedSince != 0) {
      uploadPausedSince += nanos;
    }
  }

  /** A moment, as late as if the loop had always run since. */
  private long counted(long moment) {
    return heldUp != 0 && moment - heldUntil < 0 ? moment + heldUp : moment;
  }

  /** While a response is under way, whatever comes from either side is a sign of life. */
  private void tickResponse(long now) {
    if (exchange.body().received() != uploaded) {
      uploaded = exchange.body().received();
      lastProgress = now;
    }
    if (downloadPaused && exchange.writable()) {
      downloadPaused = false;
      lastProgress = now;
    }
    if (!downloadPaused && past(lastProgress, timeouts.idle(), now)) {
      expire("idle_timeout", false);
    }
  }

  private void tickRequest(long now) {
    long sent = waitingSince();
    Attempt attempt = current;
    long waits = sent == 0 && attempt != null && !connected(attempt) ? attempt.started() : sent;
    if (waits != 0 && past(counted(waits), timeouts.response(), now)) {
      expire("response_timeout", false);
    } else if (attempt != null
        && sent != 0
        && past(counted(Math.max(attempt.started(), sent)), timeouts.attempt(), now)) {
      expire("attempt_timeout", true);
    } else {
      tickUpload(now);
    }
  }

  /**
   * Since when it is the upstream's turn; 0 while it is the client's. A client that waits for a 100
   * before its body has said all it can.
   */
  private long waitingSince() {
    boolean asked = exchange.request().expectContinue() && exchange.body().received() == 0;
    return asked ? exchange.timeline().filtered() : exchange.timeline().requestEnd();
  }

  private static boolean connected(Attempt attempt) {
    return attempt.connected() != 0;
  }

  /** An upstream that stops taking the body is as silent as one that stops answering. */
  private void tickUpload(long now) {
    if (!exchange.body().paused()) {
      uploadPausedSince = 0;
    } else if (uploadPausedSince == 0) {
      uploadPausedSince = now;
    } else if (past(uploadPausedSince, timeouts.idle(), now)) {
      expire("idle_timeout", false);
    }
  }

  private static boolean past(long since, @Nullable Duration limit, long now) {
    return limit != null && now - since >= limit.toNanos();
  }

  private String phase(@Nullable Attempt attempt) {
    if (attempt != null && !connected(attempt)) {
      return attempt.connectStarted() == 0 ? "select" : "connect";
    }
    return exchange.timeline().requestEnd() == 0 ? "send" : "receive";
  }

  private void expire(String reason, boolean attemptOnly) {
    Attempt attempt = current;
    GatewayFailure why = new GatewayFailure.TimedOut(reason, phase(attempt));
    if (attempt != null) {
      Attempt.Canceller canceller = attempt.canceller();
      attempt.canceller(null);
      if (canceller != null) {
        canceller.cancel();
      }
      attempt.broke(why, loop.now());
    }
    if (attemptOnly && attempt != null) {
      failed(attempt, why);
    } else {
      exchange.fail(why);
    }
  }
}
