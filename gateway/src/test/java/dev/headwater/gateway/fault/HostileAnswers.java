package dev.headwater.gateway.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Responses as a broken or hostile origin sends them: valid messages of RFC 9112 with one element
 * of one family mutated. Bodies hold a second response, whose text is {@code evil}, and which no
 * reader may take for one. The same seed gives the same corpus.
 */
public final class HostileAnswers {
  /** Payloads of each family. */
  private static final int EACH = 20;

  private static final String HIDDEN = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String COUNTED = "Content-Length: " + HIDDEN.length() + "\r\n";

  /** One response, and whatever follows it. */
  public record Payload(String family, String bytes) {}

  private final Mutations mutations;
  private final List<Payload> made = new ArrayList<>();

  private HostileAnswers(long seed) {
    mutations = new Mutations(seed);
  }

  /** All families, without any payload twice. */
  public static List<Payload> of(long seed) {
    HostileAnswers answers = new HostileAnswers(seed);
    Mutations m = answers.mutations;
    answers.family("status lines", answers::statusLine);
    answers.family("lengths", () -> OK + m.lengths(HIDDEN.length()) + "\r\n" + HIDDEN);
    answers.family(
        "encodings",
        () ->
            OK
                + ("Transfer-Encoding: " + m.encoding() + "\r\n\r\n")
                + (Mutations.chunk("hello") + "0\r\n\r\n" + HIDDEN));
    answers.family(
        "lengths and encodings",
        () -> OK + m.both(HIDDEN.length()) + "\r\n" + Mutations.chunk(HIDDEN) + "0\r\n\r\n");
    answers.family("chunk lines", () -> OK + Mutations.CHUNKED + "\r\n" + m.chunks(HIDDEN));
    answers.family(
        "trailers", () -> OK + Mutations.CHUNKED + "\r\n" + Mutations.chunk(HIDDEN) + m.trailers());
    answers.family("line ends", () -> m.lineEnd(answers.valid()));
    answers.family("leading bytes", () -> m.odd() + m.pick("", "\r\n", m.odd()) + answers.valid());
    answers.family(
        "field names",
        () -> OK + COUNTED + m.spoilt(m.pick("X-A", "Set-Cookie")) + ": b\r\n\r\n" + HIDDEN);
    answers.family(
        "field values",
        () ->
            OK + COUNTED + "X-A: " + m.spoilt(m.pick("b", "b, c")) + m.odd() + "\r\n\r\n" + HIDDEN);
    answers.family("interim", () -> "HTTP/1.1 " + answers.interim() + "\r\n\r\n" + answers.valid());
    answers.family("behind the end", () -> answers.valid() + m.pick(HIDDEN, m.odd(), "\r\n"));
    return answers.made;
  }

  private void family(String name, Supplier<String> maker) {
    Set<String> all = new TreeSet<>();
    while (all.size() < EACH) {
      all.add(maker.get());
    }
    all.forEach(bytes -> made.add(new Payload(name, bytes)));
  }

  private String valid() {
    return OK
        + switch (mutations.below(3)) {
          case 0 -> "X-A: b\r\n" + COUNTED + "\r\n" + HIDDEN;
          case 1 -> "Content-Length: 0\r\nX-A: " + "b".repeat(mutations.below(40)) + "\r\n\r\n";
          default -> Mutations.CHUNKED + "\r\n" + Mutations.chunk(HIDDEN) + "0\r\n\r\n";
        };
  }

  private String statusLine() {
    String line =
        switch (mutations.below(3)) {
          case 0 -> mutations.spoilt("HTTP/1.1 200");
          case 1 ->
              "HTTP/" + mutations.pick("0.9", "1.2", "2.0", "2", "1", "01.1", "1.1.1") + " 200";
          default ->
              "HTTP/1.1 " + mutations.pick("20", "2000", "99", "600", "-20", "2x0", "", " 200");
        };
    return line
        + mutations.pick(" OK", "", " ", " O\u00a0K", " O\rK")
        + "\r\n"
        + COUNTED
        + "\r\n"
        + HIDDEN;
  }

  private String interim() {
    return mutations.pick("103 Early", "102", "199 Odd", "101 Switching Protocols", "100 Continue")
        + "\r\n"
        + mutations.pick(
            COUNTED.trim(), "Transfer-Encoding: chunked", mutations.spoilt("X-A: b"), "Upgrade: x");
  }
}
