package dev.headwater.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.Http2Frame;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FrameBoundsTest {
  private final FrameBounds bounds = new FrameBounds();

  private boolean look(byte[] bytes) {
    return bounds.look(Unpooled.wrappedBuffer(bytes));
  }

  private boolean look(Http2Frame frame) {
    return look(frame.bytes());
  }

  private void begin() {
    look(Http2Frame.PREFACE);
    look(Http2Frame.settings(1, 2));
  }

  @Test
  void preface_endsWithTheFirstFrame() {
    assertThat(bounds.between()).isFalse();
    assertThat(look(Http2Frame.PREFACE)).isFalse();
    assertThat(bounds.between()).isFalse();
    assertThat(look(Http2Frame.settings())).isTrue();
    assertThat(bounds.between()).isTrue();
  }

  @Test
  void everyByteOfAFrame_butTheLast_isInside() {
    begin();
    for (Http2Frame frame :
        new Http2Frame[] {
          Http2Frame.ping(1, false),
          Http2Frame.settings(),
          Http2Frame.data(1, new byte[70_000], true),
          new Http2Frame(99, 0, 0, new byte[3])
        }) {
      byte[] bytes = frame.bytes();
      for (int i = 0; i < bytes.length; i++) {
        boolean last = i == bytes.length - 1;
        assertThat(look(new byte[] {bytes[i]})).isEqualTo(last);
        assertThat(bounds.between()).isEqualTo(last);
      }
    }
  }

  @Test
  void blockOfHeaders_endsWithItsLastFrame() {
    begin();
    assertThat(look(Http2Frame.headersBegun(1, new byte[5], true))).isFalse();
    assertThat(bounds.between()).isFalse();
    assertThat(look(Http2Frame.continuation(1, new byte[0], false))).isFalse();
    assertThat(bounds.between()).isFalse();
    assertThat(look(Http2Frame.continuation(1, new byte[1], true))).isTrue();
    assertThat(bounds.between()).isTrue();
  }

  @Test
  void endOfOne_andBeginningOfAnother_isAnEndInside() {
    begin();
    byte[] ping = Http2Frame.ping(1, false).bytes();
    byte[] both = new byte[ping.length + 3];
    System.arraycopy(ping, 0, both, 0, ping.length);
    assertThat(look(both)).isTrue();
    assertThat(bounds.between()).isFalse();
  }
}
