package dev.headwater.gateway.cli;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Addresses in the short forms that people type. What is wrong with one is told by the schema. */
final class FlagAddress {
  private FlagAddress() {}

  /** {@code :8080} is all addresses of the machine, of both families where it has both. */
  static String listening(String typed) {
    if (!typed.startsWith(":")) {
      return typed;
    }
    return (hasIpv6() ? "[::]" : "0.0.0.0") + typed;
  }

  /** {@code :9000} and {@code host:9000} are http. */
  static String endpoint(String typed) {
    if (typed.contains("://")) {
      return typed;
    }
    return "http://" + (typed.startsWith(":") ? "127.0.0.1" : "") + typed;
  }

  private static boolean hasIpv6() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(Inet6Address.class::isInstance);
    } catch (SocketException unknown) {
      return false;
    }
  }
}
