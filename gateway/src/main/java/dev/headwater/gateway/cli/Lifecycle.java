package dev.headwater.gateway.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From serving to the exit code: SIGTERM or SIGINT drains, a second one forces, SIGHUP reloads. */
final class Lifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  /** Longer than any process lives. */
  static final Duration FOREVER = Duration.ofDays(36_500);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final Runnable halt;
  private @Nullable Runnable reload;
  private boolean reloadAsked;

  /**
   * A life that has not begun.
   *
   * @param halt ends the process at once, with {@link ExitCode#UNCLEAN_STOP}
   */
  Lifecycle(Runnable halt) {
    this.halt = halt;
  }

  /**
   * Listens to signals from now on. To be called before anything serves: whoever sees the first
   * answer may ask for the end at once, and a reload is nothing to die of.
   */
  void listen(Signals signals) {
    signals.on("TERM", () -> stopAsked("SIGTERM"));
    signals.on("INT", () -> stopAsked("SIGINT"));
    signals.on("HUP", this::reloadAsked);
  }

  /** Reloads like this from now on, and at once when that was asked for already. */
  synchronized void onReload(Runnable action) {
    reload = action;
    if (reloadAsked) {
      action.run();
    }
  }

  private synchronized void reloadAsked() {
    reloadAsked = true;
    if (reload != null) {
      reload.run();
    }
  }

  /** Whether a stop was asked for. */
  boolean isAsked() {
    return requests.get() > 0;
  }

  /** Waits until a stop is asked for, or the time is over. */
  void untilAsked(Duration atMost) throws InterruptedException {
    if (!asked.await(atMost.toSeconds(), TimeUnit.SECONDS)) {
      LOG.info("draining: the time that was given is over");
    }
  }

  private void stopAsked(String signal) {
    if (requests.incrementAndGet() == 1) {
      LOG.info("{}: draining; a second one ends the process at once", signal);
      asked.countDown();
    } else {
      LOG.warn("{} again: forced, requests in flight are cut off", signal);
      halt.run();
    }
  }
}
