package dev.headwater.gateway.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of object, or one object by name, as the API server last told. It is listed again and
 * watched on for as long as it is open, whatever goes wrong: an expired watch, a server that is
 * away, a right that is missing.
 *
 * @param <T> kind of the objects
 */
final class Watched<T extends HasMetadata> implements AutoCloseable {
  /** How often an object is told again that did not change; guards against a lost event. */
  private static final Duration RESYNC = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private final String what;
  private final SharedIndexInformer<T> informer;
  private final Runnable changed;
  private volatile boolean synced;
  private volatile boolean settled;

  /**
   * Objects that are not watched yet.
   *
   * @param what how messages call them
   * @param matters whether the difference of two states of an object is one to us
   * @param changed told of each change, on a thread of the client's
   */
  Watched(
      Informable<T> objects,
      String what,
      BiPredicate<? super T, ? super T> matters,
      Runnable changed) {
    this.what = what;
    this.changed = changed;
    this.informer =
        objects
            .runnableInformer(RESYNC.toMillis())
            .removeNamespaceIndex()
            .exceptionHandler(this::goOn)
            .addEventHandler(
                new ResourceEventHandler<T>() {
                  @Override
                  public void onAdd(T added) {
                    changed.run();
                  }

                  @Override
                  public void onUpdate(T before, T after) {
                    if (!sameUid(before, after) || matters.test(before, after)) {
                      changed.run();
                    }
                  }

                  @Override
                  public void onDelete(T deleted, boolean finalStateUnknown) {
                    changed.run();
                  }
                });
  }

  /** Whether two states of an object are of different versions. */
  static boolean anyVersion(HasMetadata before, HasMetadata after) {
    return !Objects.equals(
        before.getMetadata().getResourceVersion(), after.getMetadata().getResourceVersion());
  }

  private static boolean sameUid(HasMetadata before, HasMetadata after) {
    return Objects.equals(before.getMetadata().getUid(), after.getMetadata().getUid());
  }

  /** Begins to list and watch; does not wait. */
  void start() {
    var unused =
        informer
            .start()
            .whenComplete(
                (done, failed) -> {
                  synced = failed == null;
                  settled = true;
                  changed.run();
                });
  }

  private boolean goOn(boolean started, Throwable trouble) {
    if (started) {
      LOG.info("{}: watching again after: {}", what, trouble.getMessage());
      return true;
    }
    if (!settled) {
      LOG.warn("{}: cannot be listed, tried again: {}", what, trouble.getMessage());
      settled = true;
      changed.run();
    }
    return true;
  }

  /** Whether they were listed at least once. */
  boolean synced() {
    return synced;
  }

  /** Whether they were listed, or it is known that this does not work now. */
  boolean settled() {
    return settled;
  }

  /** As last told. */
  List<T> objects() {
    return informer.getStore().list();
  }

  String what() {
    return what;
  }

  @Override
  public void close() {
    informer.stop();
  }
}
