package dev.headwater.gateway.pipeline;

/**
 * The ways out of the request path, the same for every exchange: the only place that invents a
 * response, the filters of responses, and the end that spans, metrics and the log are made from.
 */
public interface ExchangeExits {
  /** Answers a failure, or breaks a response off that has started. */
  void fail(Exchange exchange, Failure failure);

  /** Edits the head of a final response before the client gets it. */
  ResponseHead filter(Exchange exchange, ResponseHead head);

  /** A sampled exchange lasts: its spans are shown as far as they are. Called at most once. */
  void partial(Exchange exchange);

  /** The exchange is over; called exactly once. */
  void exit(Exchange exchange);

  /** An exchange that is over goes on as a tunnel: tells who is told of it. */
  TunnelExit tunnel(Exchange exchange, TunnelFacts facts);
}
