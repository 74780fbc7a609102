package dev.headwater.sampling.propagation;

import java.util.List;

/** A header format that carries a trace context. The label is its name in configuration. */
public enum TraceFormat {
  /** {@code X-B3-TraceId} and its kin. */
  B3_MULTI("b3-multi"),
  /** The one header {@code b3}. */
  B3_SINGLE("b3-single"),
  /** W3C {@code traceparent} and {@code tracestate}, level 1. */
  TRACECONTEXT("tracecontext");

  /**
   * The order in which callers' headers are read unless configured: B3 (single first), then W3C.
   */
  public static final List<TraceFormat> DEFAULT_EXTRACT =
      List.of(B3_SINGLE, B3_MULTI, TRACECONTEXT);

  /** What goes upstream unless configured: the only form that a Linkerd mesh reads. */
  public static final List<TraceFormat> DEFAULT_INJECT = List.of(B3_MULTI);

  private final String label;

  TraceFormat(String label) {
    this.label = label;
  }

  /** The name in configuration. */
  public String label() {
    return label;
  }
}
