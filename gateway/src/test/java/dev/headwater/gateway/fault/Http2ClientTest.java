package dev.headwater.gateway.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.TestCertificates;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kit's HTTP/2 client against a server that is nobody's gateway. */
class Http2ClientTest {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
  }

  /** Answers each request with 200, 100,000 bytes and a trailer. */
  @ChannelHandler.Sharable
  private static final class Answering extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2HeadersFrame headers && headers.isEndStream()) {
        String path = headers.headers().path().toString();
        ctx.write(
            new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200").add("x-p", path)));
        ctx.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[100_000])));
        ctx.writeAndFlush(
            new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("t", "u"), true));
      }
    }
  }

  private int listen(@Nullable SslContext tls) throws Exception {
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer().build(),
                            new Http2MultiplexHandler(new Answering()));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private static void assertAnswers(Http2Client client) throws Exception {
    int first = client.request("GET", "/a", "x", "y");
    int second = client.newStream();
    byte[] block = Http2Fields.literal(Http2Fields.request("GET", "/" + "b".repeat(300)));
    client.send(
        Http2Frame.headersBegun(second, java.util.Arrays.copyOf(block, 5), true),
        Http2Frame.continuation(
            second, java.util.Arrays.copyOfRange(block, 5, block.length), true));
    Http2Answer answer = client.answer(first);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("x-p")).containsExactly("/a");
    assertThat(answer.body()).hasSize(100_000);
    assertThat(answer.trailers()).containsExactly(new StrictField("t", "u"));
    assertThat(client.answer(second).all("x-p")).containsExactly("/" + "b".repeat(300));
    client.send(Http2Frame.ping(7, false));
    client.await("PING", frame -> frame.type() == Http2Frame.PING && frame.has(Http2Frame.ACK));
    assertThat(client.now()).isEqualTo(Ending.OPEN);
  }

  @Test
  void clear_answersAndErrors_areTold() throws Exception {
    try (Http2Client client = Http2Client.over(Dial.tcp(listen(null))).begin()) {
      assertAnswers(client);
      client.send(Http2Frame.windowUpdate(0, 0));
      assertThat(client.awaitFatalGoAway().value()).isEqualTo(1);
      assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }
  }

  @Test
  void windows_shrinkUnlessGranted() throws Exception {
    try (Http2Client client = Http2Client.over(Dial.tcp(listen(null))).withoutGranting().begin()) {
      int stream = client.request("GET", "/a");
      client.await("65,535 bytes", frame -> client.received(stream) == 65_535);
      client.send(Http2Frame.windowUpdate(0, 40_000), Http2Frame.windowUpdate(stream, 40_000));
      assertThat(client.answer(stream).body()).hasSize(100_000);
      client.send(Http2Frame.reset(stream, 8));
    }
  }

  @Test
  void tls_agreesByAlpn(@TempDir Path directory) throws Exception {
    TestCertificates certificates = TestCertificates.in(directory);
    TestCertificates.Issued issued = certificates.names("edge", "*.example", "example");
    SslContext tls =
        SslContextBuilder.forServer(issued.bundle().toKeyManagerFactory())
            .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    "h2"))
            .build();
    SSLSocket socket = Dial.tls(listen(tls), certificates.clientContext(), "a.example", "h2");
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    try (Http2Client client = Http2Client.over(socket).begin()) {
      assertAnswers(client);
    }
  }
}
