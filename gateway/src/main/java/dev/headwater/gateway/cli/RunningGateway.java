package dev.headwater.gateway.cli;

import dev.headwater.routes.BindAddress;
import java.util.Map;

/** A gateway that serves, as the commands see it. Safe for use from any thread. */
public interface RunningGateway {
  /** Listeners and where they really listen. */
  Map<String, BindAddress> listeners();

  /** Where the admin address really is. */
  BindAddress admin();

  /** Reads the configuration again; what is wrong with it is logged, and the old one stays. */
  void reload();

  /**
   * Drains and ends. Blocks for as long as the configuration allows.
   *
   * @return whether every request could be finished
   */
  boolean stop() throws InterruptedException;
}
