package dev.headwater.gateway.trace;

import brave.handler.MutableSpan;
import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.GrpcStatus;
import org.jspecify.annotations.Nullable;

/** How an exchange or an attempt ended, as tags. */
final class Outcomes {
  private Outcomes() {}

  /**
   * Tags how a gRPC call ended, which decides what is an error there.
   *
   * @param every whether each status but OK is one, or only the faults of servers
   */
  static void tag(MutableSpan span, GrpcStatus status, boolean every) {
    span.tag(Tags.GRPC_STATUS, status.name());
    boolean error = every ? status != GrpcStatus.OK : status.serverFault();
    if (error && span.tag(Tags.ERROR) == null) {
      span.tag(Tags.ERROR, status.name());
    }
  }

  /**
   * Tags the phase and the reason of a failure.
   *
   * @param errors from this status on an answer is an error
   */
  static void tag(MutableSpan span, int status, int errors, @Nullable Failure failure) {
    if (failure != null) {
      span.tag(Tags.PHASE, failure.phase());
      // What the peer was told says it all, unless it is our fault or never arrived whole.
      if (failure.status() >= 500 || failure.status() != status) {
        span.tag(Tags.ERROR, failure.reason());
        return;
      }
    }
    if (status >= errors || status == 0) {
      span.tag(Tags.ERROR, status == 0 ? "no_response" : Statuses.text(status));
    }
  }
}
