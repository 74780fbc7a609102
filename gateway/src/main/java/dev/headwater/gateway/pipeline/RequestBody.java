package dev.headwater.gateway.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body between the client and whichever attempt takes it.
 *
 * <p>Pieces are handed on as they come. As long as nothing was given up they are also kept, up to a
 * limit of bytes and pieces, so that a second attempt can have them from the start; beyond it the
 * body streams and cannot be sent again. Without an attempt to take them, pieces are kept and the
 * client is paused at the limit. Confined to the exchange's event loop.
 */
public final class RequestBody {
  /** Most bytes kept for another attempt, as in Linkerd's retries. */
  public static final int REPLAY_LIMIT = 64 << 10;

  /**
   * Most pieces kept: each holds a buffer of its own, so that a body of single bytes would cost
   * hundreds of times what was sent.
   */
  static final int MOST_PIECES = 64;

  private final BodySource source;
  private @Nullable List<Bytes> kept;
  private @Nullable BodySink sink;
  private @Nullable Fields trailers;
  private @Nullable Consumer<Fields> trailerEdit;
  private long received;
  private boolean complete;
  private boolean lost;
  private boolean discarding;
  private boolean paused;

  /** A body that {@code source} will deliver; {@code empty} when there is none. */
  public RequestBody(BodySource source, boolean empty) {
    this.source = source;
    this.complete = empty;
  }

  /** The client sent a piece. */
  public void data(Bytes piece) {
    received += piece.length();
    if (discarding) {
      piece.release();
      return;
    }
    BodySink taker = sink;
    if (taker == null) {
      keep(piece);
      pauseIf(received >= REPLAY_LIMIT || pieces() >= MOST_PIECES);
      return;
    }
    if (!lost && received <= REPLAY_LIMIT && pieces() < MOST_PIECES) {
      keep(piece.retained());
    } else {
      forget();
    }
    taker.data(piece);
    if (!taker.writable()) {
      taker.flush(); // The kernel may take all of it at once.
      pauseIf(!taker.writable());
    }
  }

  /** What is done to trailers before anybody sees them; to be set before the body's end. */
  public void editTrailers(Consumer<Fields> edit) {
    trailerEdit = edit;
  }

  /** The client sent everything. */
  public void end(@Nullable Fields fields) {
    complete = true;
    trailers = edited(fields);
    if (sink != null && !discarding) {
      sink.end(trailers);
    }
  }

  private @Nullable Fields edited(@Nullable Fields fields) {
    if (fields == null || trailerEdit == null) {
      return fields;
    }
    trailerEdit.accept(fields);
    return fields.isEmpty() ? null : fields;
  }

  /** The client has no more for now. */
  public void flush() {
    if (sink != null) {
      sink.flush();
    }
  }

  /** An attempt takes the body, from its start. Only when {@link #replayable}. */
  public void attach(BodySink taker) {
    sink = taker;
    if (kept != null) {
      for (Bytes piece : kept) {
        taker.data(piece.retained());
      }
      if (received > REPLAY_LIMIT) {
        forget();
      }
    }
    if (complete) {
      taker.end(trailers);
    } else if (!taker.writable()) {
      pauseIf(true);
    } else {
      resume();
    }
  }

  /** The attempt that took the body is over. */
  public void detach() {
    sink = null;
  }

  /** The attempt can take more. */
  public void resume() {
    if (paused) {
      paused = false;
      source.resume();
    }
  }

  /** No attempt will need the body again: what was kept is given back. */
  public void settle() {
    lost |= !complete;
    forget();
  }

  /** Nobody wants the body any more. */
  public void discard() {
    discarding = true;
    sink = null;
    forget();
    resume();
  }

  /** Whether an attempt could have it from the start. */
  public boolean replayable() {
    return !lost;
  }

  /** Whether it has come in whole, or is empty. */
  public boolean complete() {
    return complete;
  }

  /** Whether the client is held back by whoever takes the body. */
  public boolean paused() {
    return paused;
  }

  /** Bytes received so far, framing not counted. */
  public long received() {
    return received;
  }

  private int pieces() {
    return kept == null ? 0 : kept.size();
  }

  private void keep(Bytes piece) {
    if (kept == null) {
      kept = new ArrayList<>(4);
    }
    kept.add(piece);
  }

  private void forget() {
    lost |= received > 0;
    if (kept != null) {
      for (Bytes piece : kept) {
        piece.release();
      }
      kept = null;
    }
  }

  private void pauseIf(boolean full) {
    if (full && !paused) {
      paused = true;
      source.pause();
    }
  }
}
