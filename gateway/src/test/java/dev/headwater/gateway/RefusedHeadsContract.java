package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zipkin2.Span;

/**
 * Heads of requests that two recipients could read in two ways: rows A1 to A6 and A10 to A15 of the
 * fault matrix. Each variant is answered, closed and counted, and nothing of it reaches an
 * upstream.
 */
@Timeout(120)
abstract class RefusedHeadsContract extends WireContract {

  private void allRefused(List<String> variants, Integer... statuses) throws Exception {
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      each(variants, variant -> refuses(proxy, variant, statuses));
      assertServes(proxy);
    }
  }

  /** Each of these as the fields of a request that a smuggler would put a second one into. */
  private void fieldsRefused(List<String> fields, Integer... statuses) throws Exception {
    String body = "5\r\nhello\r\n0\r\n\r\nGET /votes/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    allRefused(fields.stream().map(each -> post("/votes/1", each, body)).toList(), statuses);
  }

  @Test
  @FaultRow("A1")
  void lengthAndChunks_refused() throws Exception {
    fieldsRefused(
        List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            "content-length: 15\r\nX: y\r\nTRANSFER-ENCODING: Chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length:\r\n",
            "Content-Length: 5\r\nTransfer-Encoding:\r\n"),
        400);
  }

  /** What was read as a head has a span, and its client gets the answer however much it sends. */
  @Test
  @FaultRow("A1")
  void refusedHead_isTraced_andAnsweredInFrontOfALargeBody() throws Exception {
    String fields = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS)) {
      refuses(proxy, post("/votes/1", fields, "x".repeat(1 << 20)), 400);
      Span span = proxy.spans(1).get(0);
      assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
      assertThat(span.tags())
          .containsEntry("http.status_code", "400")
          .containsEntry("headwater.phase", "accept");
    }
  }

  @Test
  @FaultRow("A2")
  void otherThanChunkedOnce_refused() throws Exception {
    List<String> variants =
        new ArrayList<>(List.of("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
    for (String value :
        List.of(
            "chunked, chunked",
            ",chunked",
            "chunked,",
            "xchunked",
            "chunkedx",
            "identity, chunked",
            "chunked, identity",
            "gzip, chunked",
            "identity",
            "chunked;q=1",
            "\"chunked\"",
            "")) {
      variants.add("Transfer-Encoding: " + value + "\r\n");
    }
    variants.add("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n");
    variants.add("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n");
    fieldsRefused(variants, 400, 501);
  }

  @Test
  @FaultRow("A3")
  void encodingBehindStrangeBytes_refused() throws Exception {
    List<String> variants = new ArrayList<>();
    for (char strange : new char[] {0x0b, 0, 0xa0, 0x0c, 0x85, 0x7f}) {
      variants.add("Transfer-Encoding: " + strange + "chunked\r\n");
      variants.add("Transfer-Encoding: chunked" + strange + "\r\n");
      variants.add("Transfer-Encoding" + strange + ": chunked\r\n");
    }
    variants.add("Transfer-Encoding : chunked\r\n");
    variants.add("Transfer-Encoding\t: chunked\r\n");
    variants.add("Transfer-Encoding \t : chunked\r\n");
    variants.add(" Transfer-Encoding: chunked\r\n");
    fieldsRefused(variants, 400);
  }

  @Test
  @FaultRow("A4")
  void differentLengths_refused() throws Exception {
    fieldsRefused(
        List.of(
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 0\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nX: y\r\ncontent-length: 0\r\n",
            "Content-Length: 5, 6\r\n"),
        400);
  }

  @Test
  @FaultRow("A5")
  void equalLengths_refused() throws Exception {
    fieldsRefused(
        List.of(
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 05\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: 5,5\r\n",
            "Content-Length: 5,\r\n",
            "Content-Length: ,5\r\n"),
        400);
  }

  @Test
  @FaultRow("A6")
  void lengthThatIsNoPlainNumber_refused() throws Exception {
    List<String> variants = new ArrayList<>();
    for (String value :
        List.of(
            "+5",
            "-1",
            "-0",
            "0x5",
            "5_0",
            "",
            "9223372036854775808",
            "18446744073709551621",
            "1" + "0".repeat(100),
            "5 5",
            "5\t5",
            "5.0",
            "5e0",
            "5;",
            "\"5\"",
            "five",
            "\u0665",
            "5\u00a0",
            "\u000b5")) {
      variants.add("Content-Length: " + value + "\r\n");
    }
    fieldsRefused(variants, 400);
  }

  @Test
  @FaultRow("A10")
  void lineEndsOtherThanCrlf_refused() throws Exception {
    allRefused(
        List.of(
            "GET /votes/1 HTTP/1.1\nHost: a\r\n\r\n",
            "GET /votes/1 HTTP/1.1\r\nHost: a\n\r\n",
            "GET /votes/1 HTTP/1.1\nHost: a\n\n",
            "GET /votes/1 HTTP/1.1\r\nHost: a\r\n\n",
            "GET /votes/1 HTTP/1.1\r\nHost: a\r\nA: b\nX: c\r\n\r\n",
            "GET /votes/1 HTTP/1.1\r\nHost: a\r\nA: b\n\r\nGET /votes/2 HTTP/1.1\r\n\r\n",
            get("/votes/1", "A: b\rc\r\n"),
            get("/votes/1", "A: b\rX: c\r\n"),
            get("/votes/1", "A: \rb\r\n"),
            get("/votes/1", "A: b\r\r\n"),
            get("/votes/1", "A\r: b\r\n"),
            "GET /votes/1 HTTP/1.1\rHost: a\r\n\r\n",
            "GET /votes/1 HTTP/1.1\r\r\nHost: a\r\n\r\n",
            "GET /votes/1\r HTTP/1.1\r\nHost: a\r\n\r\n"),
        400);
  }

  @Test
  @FaultRow("A11")
  void foldedLines_refused() throws Exception {
    allRefused(
        List.of(
            get("/votes/1", "A: b\r\n c\r\n"),
            get("/votes/1", "A: b\r\n\tc\r\n"),
            get("/votes/1", "A:\r\n b\r\n"),
            get("/votes/1", "A: b\r\n \r\n"),
            get("/votes/1", "A: b\r\n Content-Length: 5\r\n"),
            get("/votes/1", "Transfer-Encoding:\r\n chunked\r\n"),
            "GET /votes/1 HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
            "GET /votes/1 HTTP/1.1\r\n\tHost: a\r\n\r\n"),
        400);
  }

  @Test
  @FaultRow("A12")
  void fieldLinesWithoutAProperName_refused() throws Exception {
    List<String> variants =
        new ArrayList<>(
            List.of(
                "A : b\r\n",
                "A\t: b\r\n",
                "Content-Length : 5\r\n",
                ": b\r\n",
                ":\r\n",
                " : b\r\n",
                "A\r\n",
                "A b\r\n",
                "A=b\r\n"));
    for (char c : "\"(),/;<=>?@[\\]{}\u0001\u007f\u0080\u00e9\u00ff".toCharArray()) {
      variants.add("A" + c + "B: c\r\n");
    }
    allRefused(variants.stream().map(fields -> get("/votes/1", fields)).toList(), 400);
  }

  @Test
  @FaultRow("A13")
  void controlBytes_refused() throws Exception {
    List<String> variants = new ArrayList<>();
    int[] controls = IntStream.concat(IntStream.range(0, 0x20), IntStream.of(0x7f)).toArray();
    for (int control : controls) {
      String c = String.valueOf((char) control);
      variants.add("G" + c + "ET /votes/1 HTTP/1.1\r\nHost: a\r\n\r\n");
      variants.add("GET /vo" + c + "tes/1 HTTP/1.1\r\nHost: a\r\n\r\n");
      variants.add("GET /votes/1?a" + c + "=b HTTP/1.1\r\nHost: a\r\n\r\n");
      if (control != '\t') {
        variants.add(get("/votes/1", "A: b" + c + "c\r\n"));
      }
      if (control != '\r' && control != '\n') {
        variants.add(c + get("/votes/1", ""));
      }
    }
    variants.add("\r" + get("/votes/1", ""));
    variants.add("\n" + get("/votes/1", ""));
    variants.add("\r\n\0" + get("/votes/1", ""));
    variants.add("\r\n\u0001\r\n" + get("/votes/1", ""));
    for (char high : new char[] {0x80, 0xa0, 0xff}) {
      variants.add("GET /votes/" + high + " HTTP/1.1\r\nHost: a\r\n\r\n");
      variants.add("G" + high + "ET /votes/1 HTTP/1.1\r\nHost: a\r\n\r\n");
      variants.add(high + get("/votes/1", ""));
    }
    allRefused(variants, 400);
  }

  @Test
  @FaultRow("A14")
  void encodingInHttp10_refused() throws Exception {
    String body = "\r\n5\r\nhello\r\n0\r\n\r\n";
    allRefused(
        List.of(
            "POST /votes/1 HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + body,
            "POST /votes/1 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + body,
            "POST /votes/1 HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n"
                + body,
            "POST /votes/1 HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" + body,
            "POST /votes/1 HTTP/1.0\r\nTransfer-Encoding: identity\r\n" + body),
        400);
  }

  @Test
  @FaultRow("A15")
  void otherVersions_refused() throws Exception {
    List<String> variants = new ArrayList<>();
    for (String version :
        List.of(
            "",
            " ",
            " HTTP/0.9",
            " HTTP/1.2",
            " HTTP/2.0",
            " HTTP/2",
            " HTTP/3.0",
            " HTTP/1",
            " HTTP/1.",
            " HTTP/11",
            " HTTP/1.10",
            " HTTP/01.1",
            " HTTP/1.1 ",
            " http/1.1",
            " HTTP /1.1",
            " HTTP/ 1.1",
            " HTTPS/1.1",
            " ICAP/1.0",
            "  HTTP/1.1",
            "\tHTTP/1.1")) {
      variants.add("GET /votes/1" + version + "\r\nHost: a\r\n\r\n");
    }
    // The preface of HTTP/2, once the address knows it, is no request of HTTP/1.
    variants.add("PRI * HTTP/2.0\r\nHost: a\r\n\r\n");
    allRefused(variants, 505, 400);
  }
}
