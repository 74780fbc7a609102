package dev.headwater.gateway.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import org.slf4j.Logger;

/**
 * A lock that says once why it cannot be asked, and once that it can be again. The election tries
 * every two seconds, and would tell each failure with its stack trace.
 */
final class ToldLock implements Lock {
  private final Lock lock;
  private final Logger log;
  private boolean failed;

  ToldLock(Lock lock, Logger log) {
    this.lock = lock;
    this.log = log;
  }

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    try {
      LeaderElectionRecord record = lock.get(client);
      succeeded();
      return record;
    } catch (KubernetesClientException e) {
      throw told(e);
    }
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    try {
      lock.create(client, record);
    } catch (KubernetesClientException e) {
      throw told(e);
    }
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    try {
      lock.update(client, record);
    } catch (KubernetesClientException e) {
      throw told(e);
    }
  }

  private synchronized void succeeded() {
    if (failed) {
      failed = false;
      log.info("{} can be asked again", describe());
    }
  }

  /** Another replica that was faster is no trouble. */
  private synchronized KubernetesClientException told(KubernetesClientException e) {
    if (!failed && e.getCode() != 409) {
      failed = true;
      log.warn("{} cannot be asked, tried again: {}", describe(), e.getMessage());
    }
    return e;
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
