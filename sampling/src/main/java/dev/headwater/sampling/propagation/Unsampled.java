package dev.headwater.sampling.propagation;

/** What an unsampled {@code traceparent} of a trusted caller means: W3C knows no deferral. */
public enum Unsampled {
  /** The caller decided against the trace; its decision holds. */
  INHERIT,
  /** The caller did not record; whether the trace is kept is decided here. */
  DECIDE
}
