package dev.headwater.gateway.snapshot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Holds the snapshot in force. Reading is one volatile read, from any thread; a swap is atomic, and
 * its listeners are told on the thread that swapped.
 */
public final class SnapshotRef {
  private final List<Consumer<Snapshot>> preparers = new CopyOnWriteArrayList<>();
  private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot current;

  /** A reference that starts with {@code first}. */
  public SnapshotRef(Snapshot first) {
    this.current = first;
  }

  /** The snapshot in force. */
  public Snapshot get() {
    return current;
  }

  /** Puts {@code next} in force. */
  public void swap(Snapshot next) {
    for (Consumer<Snapshot> preparer : preparers) {
      preparer.accept(next);
    }
    current = next;
    for (Consumer<Snapshot> listener : listeners) {
      listener.accept(next);
    }
  }

  /** Shows {@code preparer} each later snapshot before it is in force. */
  public void beforeSwap(Consumer<Snapshot> preparer) {
    preparers.add(preparer);
  }

  /** Tells {@code listener} of each later snapshot. */
  public void onSwap(Consumer<Snapshot> listener) {
    listeners.add(listener);
  }
}
