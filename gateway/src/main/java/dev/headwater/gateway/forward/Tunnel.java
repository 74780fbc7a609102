package dev.headwater.gateway.forward;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.TunnelEnd;
import dev.headwater.gateway.pipeline.TunnelExit;
import dev.headwater.gateway.pipeline.TunnelFacts;
import dev.headwater.gateway.pipeline.TunnelFacts.Closer;
import dev.headwater.gateway.wire.FrameWatch;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.Ticks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two connections whose bytes go to each other unread, after both sides switched to a protocol that
 * is not HTTP.
 *
 * <p>What one end does the other sees: a pause, an end of sending, a reset. A side that reads
 * slowly pauses its opposite, so that what waits here is bounded by two watermarks. It ends by
 * itself when nothing moves for the route's idle time, and shortly before a drain would cut it; a
 * WebSocket is told so by a Close frame where that fits between two frames. Costs two handlers and
 * this object, and a look per tick; no exchange and no configuration is held. Confined to its loop.
 */
final class Tunnel extends Ticks.Member {
  /**
   * What a tunnel runs by.
   *
   * @param route for the metrics' label
   * @param idle longest silence of both sides together
   * @param partialAfter how long it lasts before its unfinished span is shown; zero for never
   */
  record Terms(Loop loop, Ticks ticks, String route, Duration idle, Duration partialAfter) {}

  /** How long both sides have to answer a goodbye before they are cut. */
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Loop loop;
  private final Terms terms;
  private final TunnelFacts facts;
  private final TunnelExit exit;
  private final Way up;
  private final Way down;
  private long lastMove;
  private long partialAt;
  private long leaveAt;
  private long cutAt;
  private boolean leaving;
  private boolean closing;
  private long countedUp;
  private long countedDown;

  private Tunnel(
      Terms terms, TunnelFacts facts, TunnelExit exit, TunnelEnd client, TunnelEnd upstream) {
    this.loop = terms.loop();
    this.terms = terms;
    this.facts = facts;
    this.exit = exit;
    this.up = new Way(Closer.CLIENT, client, upstream);
    this.down = new Way(Closer.UPSTREAM, upstream, client);
    this.lastMove = facts.opened();
    long after = terms.partialAfter().toNanos();
    this.partialAt = after == 0 ? 0 : facts.opened() + after;
  }

  /** Joins both ends; what was read of either before goes to the other at once. */
  static void open(
      Terms terms, TunnelFacts facts, TunnelExit exit, TunnelEnd client, TunnelEnd upstream) {
    Tunnel tunnel = new Tunnel(terms, facts, exit, client, upstream);
    terms.loop().metrics().tunnelOpened(terms.route(), facts.kind());
    terms.ticks().join(tunnel);
    upstream.open(tunnel.down);
    client.open(tunnel.up);
  }

  @Override
  protected void heldUp(long nanos, long now) {
    lastMove = moved(lastMove, nanos, now);
  }

  private Way other(Way way) {
    return way == up ? down : up;
  }

  /** One direction, and what happens at the end that it comes from. */
  private final class Way implements TunnelEnd.Events {
    private final Closer sender;
    private final TunnelEnd from;
    private final TunnelEnd to;
    private final FrameWatch frames = new FrameWatch();
    private boolean paused;
    private boolean finished;
    private boolean gone;

    Way(Closer sender, TunnelEnd from, TunnelEnd to) {
      this.sender = sender;
      this.from = from;
      this.to = to;
    }

    @Override
    public void data(Bytes piece) {
      if (leaving || closing) {
        piece.release();
        return;
      }
      lastMove = loop.now();
      if (sender == Closer.CLIENT) {
        facts.up(piece.length());
      } else {
        facts.down(piece.length());
      }
      if (facts.webSocket() && frames.look(Octets.of(piece))) {
        facts.closed(sender, frames.closeCode());
      }
      to.data(piece);
      if (!to.writable()) {
        to.flush(); // The kernel may take all of it at once.
        pauseIf(!to.writable());
      }
    }

    @Override
    public void flush() {
      to.flush();
    }

    @Override
    public void writable() {
      lastMove = loop.now();
      other(this).resume();
    }

    private void pauseIf(boolean full) {
      if (full && !paused) {
        paused = true;
        from.pause();
      }
    }

    private void resume() {
      if (paused) {
        paused = false;
        from.resume();
      }
    }

    @Override
    public void finished() {
      finished = true;
      lastMove = loop.now();
      facts.endedBy(sender, facts.webSocket() ? "no_close_frame" : null);
      if (leaving) {
        from.close();
      } else if (other(this).finished) {
        closeBoth();
      } else {
        to.finish();
      }
    }

    /** A reset behind the end of what the peer sends ends it all, and is told as such. */
    boolean brokeOff() {
      boolean broke = finished && !gone && from.broken();
      if (broke) {
        from.close();
      }
      return broke;
    }

    @Override
    public void gone(boolean reset) {
      gone = true;
      if (!leaving && !closing) {
        facts.endedBy(sender, reset ? "reset" : finished ? null : "cut");
        if (reset) {
          if (sender == Closer.CLIENT) {
            loop.metrics().clientReset();
          }
          to.reset();
        } else if (finished) {
          to.close();
        } else {
          to.cut();
        }
        closing = true;
      }
      if (other(this).gone) {
        over();
      }
    }

    @Override
    public void drain(Duration within) {
      long grace = Math.min(GOODBYE_NANOS, within.toNanos() / 4);
      leaveAt = loop.now() + within.toNanos() - grace;
    }
  }

  private void closeBoth() {
    closing = true;
    up.from.close();
    down.from.close();
  }

  @Override
  protected void tick(long now) {
    count();
    if (partialAt != 0 && now - partialAt >= 0) {
      partialAt = 0;
      exit.partial(facts);
    }
    if (!closing && (up.brokeOff() || down.brokeOff())) {
      return;
    }
    if (cutAt != 0) {
      if (now - cutAt >= 0) {
        cut();
      }
    } else if (now - lastMove >= terms.idle().toNanos()) {
      leave(now, "idle_timeout");
    } else if (leaveAt != 0 && now - leaveAt >= 0) {
      leave(now, null);
    }
  }

  /** Ends it from here: says so where the protocol has words for it, else breaks it off. */
  private void leave(long now, @Nullable String why) {
    facts.endedBy(Closer.GATEWAY, why);
    cutAt = now + GOODBYE_NANOS;
    if (closing || !facts.webSocket()) {
      cut();
      return;
    }
    leaving = true;
    goodbye(down, Goodbye.toClient());
    goodbye(up, Goodbye.toUpstream(loop.random().nextInt()));
  }

  private void goodbye(Way way, Bytes frame) {
    if (way.frames.between() && !way.finished) {
      way.to.data(frame);
    } else {
      frame.release();
    }
    if (other(way).finished) {
      way.to.close();
    } else {
      way.to.finish();
      other(way).resume();
    }
  }

  private void cut() {
    leaving = true;
    up.from.reset();
    down.from.reset();
  }

  private void over() {
    terms.ticks().leave(this);
    facts.frames(up.frames.frames(), down.frames.frames());
    facts.ended(loop.now());
    count();
    Closer closer = facts.closer();
    loop.metrics()
        .tunnelEnded(
            terms.route(),
            facts.kind(),
            (closer == null ? Closer.GATEWAY : closer).label(),
            facts.error() == null ? "closed" : facts.error());
    exit.ended(facts);
  }

  /** What a long tunnel carries shows in the metrics while it lasts. */
  private void count() {
    long above = facts.bytesUp() - countedUp;
    long below = facts.bytesDown() - countedDown;
    if ((above | below) != 0) {
      countedUp += above;
      countedDown += below;
      loop.metrics().tunnelBytes(terms.route(), facts.kind(), above, below);
    }
  }
}
