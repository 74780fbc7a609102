package dev.headwater.gateway.wire;

import dev.headwater.sampling.network.IpLiteral;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy in front says of a connection before its first byte: the PROXY protocol, version 1
 * and 2 (HAProxy, {@code proxy-protocol.txt}). Read strictly and within a bound; what a version 2
 * header says beyond addresses is skipped.
 *
 * @param ip address of the client, or null where the connection is the proxy's own or has no IP
 * @param port of the client
 */
public record ProxyHeader(byte @Nullable [] ip, int port) {
  /** Most bytes of a version 1 line with its end (section 2.1). */
  private static final int MAX_LINE = 107;

  /** Most bytes of a version 2 header: addresses take 52, the rest is what proxies add. */
  static final int MAX_BINARY = 4096;

  private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int BINARY_FIXED = 16;

  private static final ProxyHeader OF_PROXY = new ProxyHeader(null, 0);

  /** Takes a header from the front of {@code in}, or null and nothing while it is not whole. */
  public static @Nullable ProxyHeader read(ByteBuf in) throws ProtocolError {
    if (begins(in, BINARY)) {
      return in.readableBytes() < BINARY_FIXED ? null : binary(in);
    }
    if (begins(in, LINE)) {
      return in.readableBytes() < LINE.length ? null : line(in);
    }
    throw ProtocolError.malformed("proxy_header_missing", "no PROXY header");
  }

  /** Whether what is there is {@code signature}, or the beginning of it. */
  private static boolean begins(ByteBuf in, byte[] signature) {
    int length = Math.min(in.readableBytes(), signature.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  private static ProtocolError malformed() {
    return ProtocolError.malformed("proxy_header", "malformed PROXY header");
  }

  private static @Nullable ProxyHeader line(ByteBuf in) throws ProtocolError {
    int length = Math.min(in.readableBytes(), MAX_LINE);
    int feed = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n');
    if (feed < 0) {
      if (length == MAX_LINE) {
        throw malformed();
      }
      return null;
    }
    int end = feed - in.readerIndex();
    String text = in.readCharSequence(end + 1, StandardCharsets.ISO_8859_1).toString();
    if (text.charAt(end - 1) != '\r') {
      throw malformed();
    }
    String[] words = text.substring(LINE.length, end - 1).split(" ", -1);
    if (words[0].equals("UNKNOWN")) {
      return OF_PROXY;
    }
    int size = words[0].equals("TCP4") ? 4 : words[0].equals("TCP6") ? 16 : 0;
    if (words.length != 5 || size == 0) {
      throw malformed();
    }
    byte[] source = address(words[1], size);
    int port = port(words[3]);
    if (source == null || address(words[2], size) == null || port < 0 || port(words[4]) < 0) {
      throw malformed();
    }
    return new ProxyHeader(plain(source), port);
  }

  private static byte @Nullable [] address(String word, int size) {
    byte[] address = IpLiteral.parse(word);
    return address != null && address.length == size ? address : null;
  }

  /** 0 to 65535 without leading zeros, or -1. */
  private static int port(String word) {
    if (!word.matches("0|[1-9][0-9]{0,4}")) {
      return -1;
    }
    int port = Integer.parseInt(word);
    return port <= 65535 ? port : -1;
  }

  private static @Nullable ProxyHeader binary(ByteBuf in) throws ProtocolError {
    int from = in.readerIndex();
    int command = in.getUnsignedByte(from + 12);
    int family = in.getUnsignedByte(from + 13);
    int length = in.getUnsignedShort(from + 14);
    if ((command != 0x20 && command != 0x21) || BINARY_FIXED + length > MAX_BINARY) {
      throw malformed();
    }
    int size = addressSize(family);
    if (command == 0x21 && (size < 0 || length < (size == 0 ? 0 : 2 * size + 4))) {
      throw malformed();
    }
    if (in.readableBytes() < BINARY_FIXED + length) {
      return null;
    }
    in.skipBytes(BINARY_FIXED + length);
    if (command == 0x20 || size == 0) {
      return OF_PROXY;
    }
    byte[] source = new byte[size];
    in.getBytes(from + BINARY_FIXED, source);
    return new ProxyHeader(plain(source), in.getUnsignedShort(from + BINARY_FIXED + 2 * size));
  }

  /** Bytes of an IP address; 0 for none to be had, -1 for what no TCP connection has. */
  private static int addressSize(int family) {
    return switch (family) {
      case 0x11 -> 4;
      case 0x21 -> 16;
      case 0x00, 0x31 -> 0;
      default -> -1;
    };
  }

  /** An IPv4 address that was written as IPv6 is that IPv4 address (RFC 4291 2.5.5.2). */
  private static byte[] plain(byte[] ip) {
    for (int i = 0; i < 12; i++) {
      if (ip.length != 16 || ip[i] != (byte) (i < 10 ? 0 : 0xff)) {
        return ip;
      }
    }
    return Arrays.copyOfRange(ip, 12, 16);
  }
}
