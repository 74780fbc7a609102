package dev.headwater.gateway.fault;

import java.util.SplittableRandom;

/** Choices and small damages from a seed, for whoever makes a corpus. */
final class Mutations {
  static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  /** Bytes that readers have differed about. */
  private static final String[] BYTES = {
    "\0",
    "\u0001",
    "\u0008",
    "\t",
    "\n",
    "\u000b",
    "\f",
    "\r",
    "\u001f",
    " ",
    "\u007f",
    "\u0080",
    "\u0085",
    "\u00a0",
    "\u00ad",
    "\u00ff",
    "\r\n",
    "\"",
    "(",
    ",",
    "/",
    ":",
    ";",
    "=",
    "@",
    "\\",
    "_",
    "-",
    "{",
    "#",
    "%00",
    "\u00c4\u008a"
  };

  private final SplittableRandom random;

  Mutations(long seed) {
    random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean either() {
    return random.nextBoolean();
  }

  String pick(String... all) {
    return all[random.nextInt(all.length)];
  }

  String odd() {
    return pick(BYTES);
  }

  /** One odd byte somewhere in it. */
  String spoilt(String text) {
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + odd() + text.substring(at);
  }

  String cased(String text) {
    StringBuilder mixed = new StringBuilder();
    for (char c : text.toCharArray()) {
      mixed.append(random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
    }
    return mixed.toString();
  }

  static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  /** Content-Length lines for a body of so many bytes: none is one plain number, or it is wrong. */
  String lengths(int length) {
    String n = Integer.toString(length);
    String name = cased("Content-Length");
    return switch (below(5)) {
          case 0 -> name + ":" + pick("+", "-", "0x", "0b", ",", "\"", "_", "'", "(") + n;
          case 1 ->
              name + ": " + n + pick(",", ", ", ";", ".0", "e0", "_0", "h", " 0", "\u00a0", "\"");
          case 2 -> name + ": " + spoilt(n);
          case 3 -> name + ": " + n + "\r\nContent-Length: " + pick(n, "0", "1", "+" + n, "");
          default -> name + ": " + pick("0", "1", "0" + n, "") + "\r\n" + name + ":" + n;
        }
        + "\r\n";
  }

  /** A value of Transfer-Encoding that is not exactly chunked. */
  String encoding() {
    String chunked = cased("chunked");
    return switch (below(6)) {
      case 0 -> pick(",", "x", "identity,", "gzip, ", "chunked, ", "\"", "'", "=") + chunked;
      case 1 -> chunked + pick(",", "x", ", identity", ",gzip", ";q=1", ", chunked", "\"", "=");
      case 2 -> spoilt("chunked");
      case 3 -> chunked + "\r\nTransfer-Encoding: " + pick("chunked", "identity", "", "x");
      case 4 ->
          pick("identity", "gzip", "x", "") + "\r\n" + cased("transfer-encoding") + ":chunked";
      default -> "chunked".substring(0, 1 + below(6));
    };
  }

  /** Both framings, valid or not, in both orders. */
  String both(int length) {
    String counted = cased("Content-Length") + ": " + pick("0", "3", "5", "" + length) + "\r\n";
    String encoded =
        cased("Transfer-Encoding") + ": " + (either() ? "chunked" : encoding()) + "\r\n";
    return either() ? counted + encoded : encoded + pick("", "X: y\r\n") + counted;
  }

  /** A chunked body with a line, or the end of a chunk, that goes wrong. */
  String chunks(String data) {
    String size = Integer.toHexString(data.length());
    String bad =
        switch (below(7)) {
          case 0 -> pick("0x", "+", "-", " ", "\t", "0X", "\u00a0", "#", "\"") + size + "\r\n";
          case 1 -> size + pick(" ", "\t", "h", ",", "_", ".", "\u000b", "\"", "=x") + "\r\n";
          case 2 -> "0".repeat(16 + below(20)) + size + "\r\n";
          case 3 -> size + pick(";", ";;a", ";a=", ";a=\"", ";=b", ";a b", "; ;") + "\r\n";
          case 4 -> size + ";a" + odd() + "b\r\n";
          case 5 -> size + pick("\n", "\r", "\r\r\n", "\n\r\n", ";a\n", ";a\r", "");
          default -> spoilt(size) + "\r\n";
        };
    String end = below(4) == 0 ? pick("\n", "\r", "", "x\r\n", "\n\r\n") : "\r\n";
    return chunk("hello") + bad + data + end + "0\r\n\r\n";
  }

  /** A last chunk with trailers that go wrong. */
  String trailers() {
    String bad =
        switch (below(4)) {
          case 0 -> spoilt("X-T: u") + "\r\n";
          case 1 -> spoilt("X-T") + ": u\r\n";
          case 2 -> pick(" X: y", "\tX: y", "X : y", ": y", "X", "X: y\r\n z") + "\r\n";
          default -> cased(pick("Content-Length", "Transfer-Encoding", "Host")) + ": 5\r\n";
        };
    return "0\r\n" + bad + pick("\r\n", "\r\n", "\n", "\r\r\n");
  }

  /** One CRLF of a message becomes something else. */
  String lineEnd(String message) {
    int ends = message.split("\r\n", -1).length - 1;
    int at = -2;
    for (int i = below(ends); i >= 0; i--) {
      at = message.indexOf("\r\n", at + 2);
    }
    String other =
        pick(
            "\n", "\r", "\r\r\n", "\n\r", "\n\n", "\u0085", "\0\r\n", "\u000b", "\r\n ", "\r\n\t",
            "");
    return message.substring(0, at) + other + message.substring(at + 2);
  }
}
