package dev.headwater.sampling.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One CIDR block. Parses literals only: a name is never looked up. */
final class Network {
  private final byte[] prefix;
  private final int bits;
  private final String text;

  private Network(byte[] prefix, int bits, String text) {
    this.prefix = prefix;
    this.bits = bits;
    this.text = text;
  }

  static Network parse(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] address = IpLiteral.parse(slash < 0 ? cidr : cidr.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(
          "'" + cidr + "' (expected an address or CIDR block such as 192.0.2.0/24)");
    }
    byte[] prefix = unmapped(address);
    int width = prefix.length * 8;
    int bits = slash < 0 ? width : parseBits(cidr, slash + 1, address.length * 8);
    if (prefix.length != address.length) {
      bits = slash < 0 ? width : Math.max(0, bits - 96);
    }
    return new Network(prefix, bits, cidr);
  }

  private static int parseBits(String cidr, int from, int width) {
    @Nullable Integer bits = null;
    if (from < cidr.length() && cidr.length() - from <= 3) {
      int value = 0;
      for (int i = from; i < cidr.length(); i++) {
        int digit = cidr.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          value = Integer.MAX_VALUE / 10;
          break;
        }
        value = value * 10 + digit;
      }
      bits = value;
    }
    if (bits == null || bits > width) {
      throw new IllegalArgumentException(
          "'" + cidr + "' (expected a prefix length from 0 to " + width + ")");
    }
    return bits;
  }

  /** The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 2.5.5.2), else the address. */
  static byte[] unmapped(byte[] address) {
    if (address.length != 16 || address[10] != -1 || address[11] != -1) {
      return address;
    }
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return address;
      }
    }
    return Arrays.copyOfRange(address, 12, 16);
  }

  boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    int whole = bits >> 3;
    for (int i = 0; i < whole; i++) {
      if (address[i] != prefix[i]) {
        return false;
      }
    }
    int rest = bits & 7;
    return rest == 0 || ((address[whole] ^ prefix[whole]) & (0xff00 >> rest) & 0xff) == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network that && that.bits == bits && Arrays.equals(that.prefix, prefix);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(prefix) + bits;
  }

  @Override
  public String toString() {
    return text;
  }
}
