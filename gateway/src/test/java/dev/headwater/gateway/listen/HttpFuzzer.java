package dev.headwater.gateway.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HopFields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.BodyReader;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.MessageWriter;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mutated messages: nothing but a refusal comes out of the readers, and whatever is accepted is
 * written so that the same strict readers find exactly that one message and nothing behind it, the
 * condition under which no hostile byte reaches an upstream (FAULTS.md A21).
 */
class HttpFuzzer {
  private static final int ROUNDS = 60_000;

  private static final ListenerPolicy POLICY = ListenerPolicies.limited(Limits.DEFAULT);

  private static final String[] REQUESTS = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/b;c?d=e HTTP/1.1\r\nHost: example.com:80\r\nAccept: */*\r\nConnection: close\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "5;a=b\r\nhello\r\n0\r\nT: u\r\n\r\n",
    "OPTIONS * HTTP/1.0\r\nConnection: keep-alive, foo\r\nFoo: 1\r\nb3: 0\r\n\r\n",
    "GET http://h/p/../q?r HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1\r\nExpect: 100-continue"
        + "\r\n\r\n"
  };

  private static final String[] RESPONSES = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\r\n"
        + "5\r\nhello\r\n0\r\nT: u\r\n\r\n",
    "HTTP/1.0 200\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"
  };

  /** What smugglers have tried, to be put in anywhere. */
  private static final String[] SEEDS = {
    "\r",
    "\n",
    "\r\n",
    "\r\n\r\n",
    "\0",
    " ",
    "\t",
    "\u000b",
    "\u007f",
    "\u0085",
    "\u00a0",
    "\u00ff",
    ":",
    ",",
    ";",
    "\"",
    "%2f",
    "%00",
    "..",
    "/../",
    "//",
    "\\",
    "#",
    "?",
    "@",
    "*",
    "_",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: +5\r\n",
    "content-length:3",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding:\u000b",
    "Transfer-Encoding : chunked\r\n",
    "Content_Length: 3\r\n",
    "Connection: content-length\r\n",
    "Connection: host, transfer-encoding\r\n",
    "Host: b\r\n",
    "Host:\r\n",
    " HTTP/1.1",
    " HTTP/1.0",
    "HTTP/0.9",
    "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
    "0\r\n\r\n",
    "5\r\n",
    "0x5",
    "ffffffff",
    "FFFFFFFFFFFFFFFFF",
    "-1",
    "1e3",
    "\r\n A: b",
    "A: b\r\n",
    ": b\r\n",
    "Proxy: x\r\n"
  };

  private final HeadBuffer scratch = new HeadBuffer();
  private int accepted;

  /** A message as the strict readers found it. */
  private record Message(int status, String fields, String body) {}

  /** Collects a body. */
  private static final class Body implements BodyReader.Taker {
    final StringBuilder text = new StringBuilder();

    @Override
    public void data(Octets piece) {
      text.append(piece.buffer().toString(ISO_8859_1));
      piece.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {}

    @Override
    public boolean taking() {
      return true;
    }
  }

  private static String mutated(String text, SplittableRandom random) {
    StringBuilder all = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(all.length());
      switch (random.nextInt(6)) {
        case 0 -> all.setCharAt(at, (char) random.nextInt(256));
        case 1 -> all.deleteCharAt(at);
        case 2 -> all.insert(at, SEEDS[random.nextInt(SEEDS.length)]);
        case 3 -> {
          int line = all.indexOf("\r\n", at);
          all.insert(line < 0 ? at : line + 2, SEEDS[random.nextInt(SEEDS.length)]);
        }
        case 4 -> all.setCharAt(at, (char) (all.charAt(at) ^ 1 << random.nextInt(8)));
        default -> {
          int to = Math.min(all.length(), at + 1 + random.nextInt(20));
          all.insert(random.nextInt(all.length()), all.substring(at, to));
        }
      }
      if (all.isEmpty()) {
        all.append('x');
      }
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void requests_refusedOrForwardedUnambiguously(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String hostile = mutated(REQUESTS[random.nextInt(REQUESTS.length)], random);
      try {
        forwardsOneRequest(hostile);
      } catch (ProtocolError refused) {
        assertThat(refused.status()).isBetween(400, 505);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " round " + round + ": " + quoted(hostile), e);
      }
    }
    // Otherwise the mutations are too wild to show anything.
    assertThat(accepted).isGreaterThan(ROUNDS / 10);
  }

  private void forwardsOneRequest(String bytes) throws ProtocolError {
    ByteBuf in = Unpooled.copiedBuffer(bytes, ISO_8859_1);
    RequestHead head = request(in);
    if (head == null) {
      return;
    }
    Body body = new Body();
    if (!body(in, body, head.bodyLength())) {
      return;
    }
    accepted++;
    Fields outgoing = head.fields();
    HopFields.strip(outgoing);
    outgoing.remove(FieldName.HOST);
    String sent = write(head, outgoing, body);

    ByteBuf again = Unpooled.copiedBuffer(sent, ISO_8859_1);
    RequestHead read = request(again);
    assertThat(read).as("%s", quoted(sent)).isNotNull();
    Body readBody = new Body();
    assertThat(body(again, readBody, read.bodyLength())).isTrue();
    assertThat(again.isReadable()).as("one message: %s", quoted(sent)).isFalse();
    assertThat(read.method()).isEqualTo(head.method());
    assertThat(read.target()).isEqualTo(head.upstreamTarget());
    assertThat(read.path()).isEqualTo(head.path());
    assertThat(read.query()).isEqualTo(head.query());
    assertThat(read.host()).isEqualTo(head.host());
    assertThat(readBody.text.toString()).isEqualTo(body.text.toString());
    Fields forwarded = read.fields();
    forwarded.remove(FieldName.HOST);
    forwarded.remove(FieldName.CONTENT_LENGTH);
    forwarded.remove(FieldName.TRANSFER_ENCODING);
    assertThat(forwarded.toString()).isEqualTo(outgoing.toString());
  }

  private static @Nullable RequestHead request(ByteBuf in) throws ProtocolError {
    HeadReader heads = new HeadReader(32 << 10, 8 << 10, RequestReader::check);
    int length = heads.scan(in);
    if (length == HeadReader.INCOMPLETE) {
      return null;
    }
    CheckedRequest read = RequestReader.read(in, length, POLICY);
    return read.refusal() == null ? read.head() : null;
  }

  private static boolean body(ByteBuf in, Body into, long length) throws ProtocolError {
    BodyReader bodies = new BodyReader();
    bodies.begin(length);
    bodies.read(in, into);
    return bodies.done();
  }

  private String write(RequestHead head, Fields fields, Body body) {
    boolean chunked = head.bodyLength() == RequestHead.CHUNKED;
    scratch
        .clear()
        .requestLine(head.method(), head.upstreamTarget(), head.authority())
        .fields(fields);
    return written(chunked, head.bodyLength(), body);
  }

  private String written(boolean chunked, long length, Body body) {
    if (chunked) {
      scratch.chunked();
    } else {
      scratch.contentLength(length);
    }
    EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    MessageWriter writer = new MessageWriter(channel.pipeline().firstContext());
    writer.head(scratch.crlf(), chunked);
    writer.data(new Octets(Unpooled.copiedBuffer(body.text, ISO_8859_1)));
    writer.end(null, scratch);
    writer.flush();
    StringBuilder all = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      all.append(next.toString(ISO_8859_1));
      next.release();
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void responses_refusedOrPassedOnUnambiguously(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String hostile = mutated(RESPONSES[random.nextInt(RESPONSES.length)], random);
      try {
        Message read = response(hostile);
        if (read != null) {
          accepted++;
          assertThat(response(passedOn(read))).isEqualTo(read);
        }
      } catch (ProtocolError refused) {
        assertThat(refused.status()).isBetween(400, 505);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " round " + round + ": " + quoted(hostile), e);
      }
    }
    assertThat(accepted).isGreaterThan(ROUNDS / 10);
  }

  private String passedOn(Message read) {
    Fields fields = new Fields();
    for (String line : read.fields().split("\n")) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        fields.add(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    scratch.clear().statusLine(read.status()).fields(fields);
    Body body = new Body();
    body.text.append(read.body());
    return written(true, -1, body);
  }

  private static @Nullable Message response(String bytes) throws ProtocolError {
    ByteBuf in = Unpooled.copiedBuffer(bytes, ISO_8859_1);
    HeadReader heads = HeadReader.ofResponses(64 << 10, 8 << 10);
    int length = heads.scan(in);
    if (length == HeadReader.INCOMPLETE) {
      return null;
    }
    byte[] data = new byte[length];
    in.readBytes(data);
    StartLines.Status line = StartLines.status(data);
    Fields fields = HeadReader.fields(data, line.end(), length - 2, 256);
    long said = Framing.of(fields, line.http11());
    HopFields.strip(fields);
    Body body = new Body();
    if (said == Framing.UNSAID || !body(in, body, said)) {
      return null;
    }
    return new Message(line.status(), fields.toString(), body.text.toString());
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                out.append(
                    c < 0x20 || c > 0x7e || c == '\\'
                        ? String.format("\\x%02x", c)
                        : String.valueOf((char) c)));
    return out.toString();
  }
}
