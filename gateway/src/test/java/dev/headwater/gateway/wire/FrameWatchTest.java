package dev.headwater.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameWatchTest {
  private static final int CLOSE = 0x88;
  private final FrameWatch watch = new FrameWatch();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private FrameWatchTest frame(int first, boolean masked, int length, byte... start) {
    bytes.write(first);
    int flag = masked ? 0x80 : 0;
    if (length < 126) {
      bytes.write(flag | length);
    } else if (length < 0x10000) {
      bytes.write(flag | 126);
      bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
    } else {
      bytes.write(flag | 127);
      bytes.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
    byte[] mask = {0x5a, (byte) 0xc3, 0x11, 0x7e};
    if (masked) {
      bytes.writeBytes(mask);
    }
    for (int i = 0; i < length; i++) {
      int plain = i < start.length ? start[i] : 'x';
      bytes.write(masked ? plain ^ mask[i & 3] : plain);
    }
    return this;
  }

  private FrameWatchTest close(boolean masked, int code, int reasonLength) {
    return frame(CLOSE, masked, 2 + reasonLength, (byte) (code >> 8), (byte) code);
  }

  /** Shows everything in pieces of that many bytes; tells how often a Close was reported. */
  private int look(int piece) {
    byte[] all = bytes.toByteArray();
    int reported = 0;
    for (int at = 0; at < all.length; at += piece) {
      ByteBuf part = Unpooled.wrappedBuffer(all, at, Math.min(piece, all.length - at));
      int readable = part.readableBytes();
      reported += watch.look(part) ? 1 : 0;
      assertThat(part.readableBytes()).as("untouched").isEqualTo(readable);
    }
    return reported;
  }

  @Test
  void closeCode_isFound_howeverTheBytesAreCut() {
    for (boolean masked : new boolean[] {false, true}) {
      for (int piece : new int[] {1, 2, 3, 7, 100, 1 << 20}) {
        FrameWatchTest test = new FrameWatchTest();
        test.frame(0x81, masked, 5)
            .frame(0x02, masked, 126)
            .frame(0x00, masked, 65_535)
            .frame(0x89, masked, 0)
            .frame(0x80, masked, 65_536)
            .close(masked, 4321, 20);
        assertThat(test.look(piece)).as("masked %s, pieces of %s", masked, piece).isEqualTo(1);
        assertThat(test.watch.closeCode()).isEqualTo(4321);
        assertThat(test.watch.frames()).isEqualTo(6);
        assertThat(test.watch.between()).isFalse();
      }
    }
  }

  @Test
  void closeWithoutCode_is1005() {
    assertThat(frame(CLOSE, true, 0).look(1)).isEqualTo(1);
    assertThat(watch.closeCode()).isEqualTo(1005);
    FrameWatchTest oneByte = new FrameWatchTest();
    assertThat(oneByte.frame(CLOSE, false, 1).look(9)).isEqualTo(1);
    assertThat(oneByte.watch.closeCode()).isEqualTo(1005);
  }

  @Test
  void firstClose_counts() {
    close(true, 1001, 0).close(true, 1011, 0).frame(0x81, true, 3);
    assertThat(look(4)).isEqualTo(1);
    assertThat(watch.closeCode()).isEqualTo(1001);
    assertThat(watch.frames()).isEqualTo(1);
  }

  @Test
  void halfAClose_isNone() {
    close(false, 1000, 10);
    byte[] all = bytes.toByteArray();
    assertThat(watch.look(Unpooled.wrappedBuffer(all, 0, all.length - 1))).isFalse();
    assertThat(watch.closeCode()).isZero();
    assertThat(watch.between()).isFalse();
    assertThat(watch.look(Unpooled.wrappedBuffer(all, all.length - 1, 1))).isTrue();
    assertThat(watch.closeCode()).isEqualTo(1000);
  }

  @Test
  void betweenFrames_isToldFromWithinThem() {
    assertThat(watch.between()).isTrue();
    frame(0x81, true, 10);
    byte[] all = bytes.toByteArray();
    for (int i = 0; i < all.length; i++) {
      watch.look(Unpooled.wrappedBuffer(all, i, 1));
      assertThat(watch.between()).as("behind byte %s", i).isEqualTo(i == all.length - 1);
    }
  }

  @Test
  void lengthBeyondAllNumbers_endsTheWatching() {
    bytes.writeBytes(new byte[] {(byte) 0x82, 127, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0});
    close(false, 1000, 0);
    assertThat(look(5)).isZero();
    assertThat(watch.closeCode()).isZero();
    assertThat(watch.between()).isFalse();
  }

  @Test
  void noise_breaksNothing() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      FrameWatch noise = new FrameWatch();
      byte[] some = new byte[random.nextInt(300)];
      random.nextBytes(some);
      int reported = 0;
      for (int at = 0; at < some.length; at += 17) {
        reported +=
            noise.look(Unpooled.wrappedBuffer(some, at, Math.min(17, some.length - at))) ? 1 : 0;
      }
      assertThat(reported).isEqualTo(noise.closeCode() == 0 ? 0 : 1);
    }
  }
}
