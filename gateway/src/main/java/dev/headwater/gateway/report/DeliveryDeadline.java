package dev.headwater.gateway.report;

/** Until when a delivery may be tried; a flush can bring it nearer while it is being waited for. */
@FunctionalInterface
interface DeliveryDeadline {
  /** Nanoseconds of {@link Time#nanos()} left, none or negative when it has passed. */
  long remaining(long nowNanos);
}
