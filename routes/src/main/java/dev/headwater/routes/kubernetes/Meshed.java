package dev.headwater.routes.kubernetes;

import dev.headwater.routes.nginx.BackendTerms;
import dev.headwater.sampling.propagation.TraceFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How backends in a mesh are spoken to. */
final class Meshed {
  private Meshed() {}

  /** Terms of backends whose Ingress has none of its own, in a mesh or not. */
  static Backends.Terms usual(ControllerSettings settings) {
    BackendTerms backend = settings.nginx().backend();
    Mesh mesh = settings.mesh();
    return mesh.isThere()
        ? new Backends.Terms(atClusterAddress(backend), inject(settings), mesh.isToldNames(), "")
        : new Backends.Terms(backend, null, false, "");
  }

  /** A mesh knows Services by their own addresses, and chooses among the pods itself. */
  static BackendTerms atClusterAddress(BackendTerms terms) {
    return new BackendTerms(terms.protocol(), terms.host(), true, terms.balance(), terms.pool());
  }

  /** The only form that Linkerd's proxies read, beside whatever else is written; null if it is. */
  static @Nullable List<TraceFormat> inject(ControllerSettings settings) {
    List<TraceFormat> usual = settings.nginx().tracing().whenOn().propagation().inject();
    if (usual.contains(TraceFormat.B3_MULTI)) {
      return null;
    }
    List<TraceFormat> inject = new ArrayList<>(List.of(TraceFormat.B3_MULTI));
    inject.addAll(usual);
    return List.copyOf(inject);
  }
}
