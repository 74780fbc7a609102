package dev.headwater.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.BodySource;
import dev.headwater.gateway.pipeline.ClientAddress;
import dev.headwater.gateway.pipeline.ClientSession;
import dev.headwater.gateway.pipeline.ClientStream;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestBody;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.Octets;
import dev.headwater.routes.Limits;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** 100 bytes a second with ten seconds of grace, and a minute of silence. */
class BodyPaceTest {
  private static final Limits LIMITS = limits(100);

  private final RequestBody body = new RequestBody(new NoSource(), false);
  private final BodyPace pace = new BodyPace();
  private boolean responding;
  private boolean expects;
  private long second;
  private long lastRead;

  private static Limits limits(long rate) {
    return new Limits(
        4096,
        10,
        100,
        1L << 30,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        rate,
        Duration.ofSeconds(10),
        10);
  }

  /** A second passes in which so many bytes come. */
  private boolean tooSlow(Limits limits, int bytes, boolean wanted) {
    second++;
    long now = TimeUnit.SECONDS.toNanos(second);
    if (bytes > 0) {
      body.data(Octets.wrap(new byte[bytes]));
      lastRead = now;
    }
    return pace.tooSlow(exchange(), limits, wanted, lastRead, now);
  }

  /** How many seconds it is borne with, 1,000 at most. */
  private int borne(Limits limits, int bytesPerSecond, boolean wanted) {
    for (int i = 0; i < 1000; i++) {
      if (tooSlow(limits, bytesPerSecond, wanted)) {
        return i;
      }
    }
    return 1000;
  }

  private Exchange exchange() {
    RequestHead head =
        new RequestHead(
            "PUT",
            "/",
            "/",
            "/",
            null,
            "a",
            "a",
            HttpVersion.HTTP_1_1,
            true,
            RequestHead.CHUNKED,
            expects,
            new Fields());
    ClientStream stream =
        (ClientStream)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ClientStream.class},
                (self, method, arguments) -> responding);
    ClientAddress address = new ClientAddress(new byte[4], "0.0.0.0", 1);
    return new Exchange(
        null, null, null, ClientSession.clear(address, 1), head, body, stream, null, null);
  }

  private void begin() {
    body.discard();
    second = 0;
    lastRead = 0;
    pace.begin(LIMITS, 0);
  }

  @Test
  void belowTheRate_borneForTheGrace() {
    begin();
    assertThat(borne(LIMITS, 0, true)).isEqualTo(10);
    begin();
    assertThat(borne(LIMITS, 1, true)).isEqualTo(10);
    begin();
    assertThat(borne(LIMITS, 50, true)).isEqualTo(20);
    begin();
    assertThat(borne(LIMITS, 99, true)).isEqualTo(1000);
  }

  @Test
  void atTheRate_andAbove_borneForGood() {
    begin();
    assertThat(borne(LIMITS, 100, true)).isEqualTo(1000);
    assertThat(borne(LIMITS, 101, true)).isEqualTo(1000);
  }

  @Test
  void fastBeginning_buysNoSlowEnd() {
    begin();
    for (int i = 0; i < 100; i++) {
      assertThat(tooSlow(LIMITS, 1_000_000, true)).isFalse();
    }
    assertThat(borne(LIMITS, 1, true)).isEqualTo(10);
  }

  @Test
  void timeInWhichNobodyWouldHaveRead_costsNothing() {
    begin();
    assertThat(borne(LIMITS, 0, false)).isEqualTo(1000);
    lastRead = TimeUnit.SECONDS.toNanos(second);
    assertThat(borne(LIMITS, 0, true)).isEqualTo(10);
  }

  @Test
  void responseBegun_orNoRate_onlySilenceCounts() {
    begin();
    responding = true;
    assertThat(borne(LIMITS, 1, true)).isEqualTo(1000);
    assertThat(borne(LIMITS, 0, true)).isEqualTo(59);
    responding = false;
    begin();
    assertThat(borne(limits(0), 1, true)).isEqualTo(1000);
    assertThat(borne(limits(0), 0, true)).isEqualTo(59);
  }

  @Test
  void whoAsksFirst_isNotWaitedFor() {
    RequestBody untouched = new RequestBody(new NoSource(), false);
    assertThat(untouched.received()).isZero();
    expects = true;
    pace.begin(LIMITS, 0);
    assertThat(borne(LIMITS, 0, true)).isEqualTo(1000);
    assertThat(tooSlow(LIMITS, 1, true)).isFalse();
    assertThat(borne(LIMITS, 0, true)).isEqualTo(9);
  }

  private static final class NoSource implements BodySource {
    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }
}
