package dev.headwater.sampling.propagation;

import java.util.List;

/** A header format that carries a trace context. The label is its name in configuration. */
public enum TraceFormat {
  /** {@code X-B3-TraceId} and its kin. */
  B3_MULTI("b3-multi"),
  /** The one header {@code b3}. */
  B3_SINGLE("b3-single"),
  /** W3C {@code traceparent} and {@code tracestate}. */
  TRACECONTEXT("tracecontext"),
  /** {@code l5d-ctx-trace} of Linkerd 1; read from trusted callers only. */
  L5D("l5d");

  /**
   * The order in which callers' headers are read unless configured: B3 (single first), then W3C,
   * then Linkerd 1.
   */
  public static final List<TraceFormat> DEFAULT_EXTRACT =
      List.of(B3_SINGLE, B3_MULTI, TRACECONTEXT, L5D);

  /** What goes upstream unless configured: the only form that a Linkerd mesh reads. */
  public static final List<TraceFormat> DEFAULT_INJECT = List.of(B3_MULTI);

  private final String label;

  TraceFormat(String label) {
    this.label = label;
  }

  /** Whether a stranger's headers of this format are as if absent, whatever the trust mode. */
  boolean isOfTrustedOnly() {
    return this == L5D;
  }

  /** The name in configuration. */
  public String label() {
    return label;
  }
}
