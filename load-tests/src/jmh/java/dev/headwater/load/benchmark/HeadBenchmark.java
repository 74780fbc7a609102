package dev.headwater.load.benchmark;

import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One request head read and written again, by our codec and by Netty's in an embedded channel, with
 * the checks that each makes. Netty's still lacks those that it cannot make (see the gateway's
 * rationale), so it is the lower bound of what a guard in front of it would cost.
 *
 * <p>An embedded channel adds a pipeline walk of its own: {@code nettyPipeline} is that alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeadBenchmark {
  private static final String HEAD =
      """
      GET /api/vote?choice=pizza HTTP/1.1
      Host: vote.example.com
      User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8
      Accept-Encoding: gzip, deflate, br
      Accept-Language: en-US,en;q=0.9
      Cookie: session=0123456789abcdef0123456789abcdef
      Referer: https://vote.example.com/
      X-B3-TraceId: 463ac35c9f6413ad48485a3953bb6124
      X-B3-SpanId: a2fb4a1d1a96d312
      X-B3-Sampled: 1

      """
          .replace("\n", "\r\n");

  private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private final HeadReader heads = new HeadReader(32 << 10, 8 << 10, (in, from, to) -> {});
  private final HeadBuffer out = new HeadBuffer();
  private final EmbeddedChannel decoder = new EmbeddedChannel(new HttpRequestDecoder());
  private final EmbeddedChannel encoder = new EmbeddedChannel(new HttpRequestEncoder());
  private final EmbeddedChannel empty = new EmbeddedChannel();
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  @Setup
  public void writeHead() {
    bytes = allocator.directBuffer().writeBytes(HEAD.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Benchmark
  public int ours() throws ProtocolError {
    ByteBuf in = bytes.duplicate();
    int length = heads.scan(in);
    byte[] data = new byte[length];
    in.readBytes(data);
    StartLines.Request line = StartLines.request(data);
    Fields fields = HeadReader.fields(data, line.end(), length - 2, 100);
    if (Framing.of(fields, line.http11()) == RequestHead.CHUNKED) {
      throw new IllegalStateException("body: chunked");
    }
    out.clear().requestLine(line.method(), line.target(), "vote.example.com").fields(fields).crlf();
    ByteBuf written = out.copy(allocator, 0);
    int size = written.readableBytes();
    written.release();
    return size;
  }

  @Benchmark
  public int netty() {
    decoder.writeInbound(bytes.retainedDuplicate());
    HttpRequest request = decoder.readInbound();
    ReferenceCountUtil.release(decoder.readInbound());
    encoder.writeOutbound(request, LastHttpContent.EMPTY_LAST_CONTENT);
    int size = 0;
    for (ByteBuf written = encoder.readOutbound();
        written != null;
        written = encoder.readOutbound()) {
      size += written.readableBytes();
      written.release();
    }
    return size;
  }

  @Benchmark
  public boolean nettyPipeline() {
    empty.writeInbound(bytes.retainedDuplicate());
    boolean released = ReferenceCountUtil.release(empty.readInbound());
    empty.writeOutbound(bytes.retainedDuplicate());
    return released | ReferenceCountUtil.release(empty.readOutbound());
  }
}
