package dev.headwater.load.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Addresses for services: EndpointSlices take no address of loopback, so a part of 198.18.0.0/15
 * (RFC 2544, for tests of networks) is made local to this machine while tests run. Needs root.
 */
final class ServiceNetwork implements AutoCloseable {
  private static final String NETWORK = "198.18.0.0/16";
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final boolean ours;

  private ServiceNetwork(boolean ours) {
    this.ours = ours;
  }

  static ServiceNetwork up() throws Exception {
    Files.createDirectories(Testbed.TARGET);
    if (ip("route", "show", "table", "local", NETWORK)) {
      return new ServiceNetwork(false);
    }
    if (!ip("route", "add", "local", NETWORK, "dev", "lo")) {
      throw new Testbed.Unavailable(
          "services need addresses that EndpointSlices take: ip route add local "
              + NETWORK
              + " dev lo (as root)");
    }
    return new ServiceNetwork(true);
  }

  /** Whether it succeeded and had something to say if it was asked. */
  private static boolean ip(String... arguments) throws Exception {
    var output = Files.createTempFile(Testbed.TARGET, "ip", ".out");
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      return code == 0 && (!arguments[1].equals("show") || Files.size(output) > 0);
    } catch (IOException noSuchProgram) {
      return false;
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** An address that nobody had in this run. */
  static String address() {
    int number = NEXT.getAndIncrement();
    return "198.18." + number / 250 + "." + (number % 250 + 1);
  }

  /** One address outside of that network, such as that of a Service, while it is not closed. */
  static Address local(String address) throws Exception {
    if (!ip("address", "add", address + "/32", "dev", "lo")) {
      throw new IllegalStateException(address + " cannot be had on lo (as root)");
    }
    return new Address(address);
  }

  /** An address of this machine that goes when it is closed. */
  record Address(String name) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      if (!ip("address", "del", name + "/32", "dev", "lo")) {
        throw new IllegalStateException(name + " stays on lo");
      }
    }
  }

  @Override
  public void close() {
    try {
      if (ours && !ip("route", "del", "local", NETWORK, "dev", "lo")) {
        throw new IllegalStateException("the route of " + NETWORK + " stays");
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
