package dev.headwater.gateway.trace;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import dev.headwater.gateway.pipeline.Fields;

/** How brave reads and writes our header fields. */
final class RequestFields {
  static final Getter<Fields, String> GETTER = Fields::joined;
  static final Setter<Fields, String> SETTER = Fields::add;

  private RequestFields() {}
}
