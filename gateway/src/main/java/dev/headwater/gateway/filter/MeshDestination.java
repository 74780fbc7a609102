package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Attempt;
import dev.headwater.gateway.pipeline.AttemptStage;

/**
 * Tells a sidecar of Linkerd in ingress mode which Service an attempt is for: it routes by {@code
 * l5d-dst-override} and by nothing else. A field of that name that a trusted caller sent is
 * replaced. Stateless.
 */
public final class MeshDestination implements AttemptStage {
  private static final String FIELD = "l5d-dst-override";

  private final AttemptStage next;

  /** In front of {@code next}. */
  public MeshDestination(AttemptStage next) {
    this.next = next;
  }

  @Override
  public void handle(Attempt attempt) {
    String name = attempt.upstream().meshName();
    if (name != null) {
      attempt.exchange().outgoing().remove(FIELD);
      attempt.injected().add(FIELD, name);
    }
    next.handle(attempt);
  }
}
