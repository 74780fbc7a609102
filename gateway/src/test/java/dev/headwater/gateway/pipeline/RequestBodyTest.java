package dev.headwater.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
  private static final int KIB = 1 << 10;

  /** A piece that counts its holders. */
  private static final class Counted implements Bytes {
    private final int length;
    private final int[] holders;

    Counted(int length, int[] holders) {
      this.length = length;
      this.holders = holders;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public Bytes retained() {
      assertThat(holders[0]).isPositive();
      holders[0]++;
      return this;
    }

    @Override
    public void release() {
      assertThat(holders[0]).as("released once for each holder").isPositive();
      holders[0]--;
    }
  }

  private static final class Source implements BodySource {
    int pauses;
    int resumes;

    @Override
    public void pause() {
      pauses++;
    }

    @Override
    public void resume() {
      resumes++;
    }
  }

  private static final class Sink implements BodySink {
    long bytes;
    int ends;
    boolean writable = true;
    @Nullable Fields trailers;

    @Override
    public void data(Bytes piece) {
      bytes += piece.length();
      piece.release();
    }

    @Override
    public void end(@Nullable Fields found) {
      trailers = found;
      ends++;
    }

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
      return writable;
    }
  }

  private final Source source = new Source();
  private final RequestBody body = new RequestBody(source, false);
  private final List<int[]> pieces = new ArrayList<>();

  private void send(int length) {
    int[] holders = {1};
    pieces.add(holders);
    body.data(new Counted(length, holders));
  }

  @AfterEach
  void everyPieceIsGivenBackOnce() {
    body.discard();
    body.discard();
    assertThat(pieces).allSatisfy(holders -> assertThat(holders[0]).isZero());
  }

  @Test
  void empty_isComplete_andEndsAtOnce() {
    RequestBody none = new RequestBody(source, true);
    Sink sink = new Sink();
    none.attach(sink);
    assertThat(none.complete()).isTrue();
    assertThat(none.replayable()).isTrue();
    assertThat(sink.ends).isEqualTo(1);
    none.settle();
    assertThat(none.replayable()).isTrue();
  }

  @Test
  void pieces_beforeAnAttempt_areKeptForIt() {
    send(10);
    send(20);
    Sink sink = new Sink();
    body.attach(sink);
    assertThat(sink.bytes).isEqualTo(30);
    assertThat(sink.ends).isZero();
    body.end(null);
    assertThat(sink.ends).isEqualTo(1);
  }

  @Test
  void secondAttempt_hasItFromTheStart_withTrailers() {
    Sink first = new Sink();
    body.attach(first);
    send(10);
    body.detach();
    send(20);
    Fields trailers = new Fields();
    body.end(trailers);
    Sink second = new Sink();
    assertThat(body.replayable()).isTrue();
    body.attach(second);
    assertThat(first.bytes).isEqualTo(10);
    assertThat(first.ends).isZero();
    assertThat(second.bytes).isEqualTo(30);
    assertThat(second.trailers).isSameAs(trailers);
  }

  @Test
  void replayLimit_isExact() {
    body.attach(new Sink());
    send(RequestBody.REPLAY_LIMIT);
    assertThat(body.replayable()).isTrue();
    send(1);
    assertThat(body.replayable()).isFalse();
    assertThat(pieces).allSatisfy(holders -> assertThat(holders[0]).isZero());
  }

  /** A body of single bytes would hold a buffer for each. */
  @Test
  void manyPieces_areNotKept_orNotAskedFor() {
    body.attach(new Sink());
    for (int i = 0; i < RequestBody.MOST_PIECES; i++) {
      send(1);
    }
    assertThat(body.replayable()).isTrue();
    send(1);
    assertThat(body.replayable()).isFalse();

    Source waiting = new Source();
    RequestBody kept = new RequestBody(waiting, false);
    for (int i = 0; i < RequestBody.MOST_PIECES - 1; i++) {
      kept.data(new Counted(1, new int[] {1}));
    }
    assertThat(waiting.pauses).isZero();
    kept.data(new Counted(1, new int[] {1}));
    assertThat(waiting.pauses).isEqualTo(1);
    Sink taker = new Sink();
    kept.attach(taker);
    assertThat(taker.bytes).isEqualTo(RequestBody.MOST_PIECES);
    assertThat(waiting.resumes).isEqualTo(1);
    kept.discard();
  }

  @Test
  void withoutAnAttempt_clientIsPausedAtTheLimit_untilOneTakesAll() {
    send(RequestBody.REPLAY_LIMIT - 1);
    assertThat(source.pauses).isZero();
    send(10 * KIB);
    assertThat(source.pauses).isEqualTo(1);
    assertThat(body.paused()).isTrue();
    assertThat(body.replayable()).isTrue();
    Sink sink = new Sink();
    body.attach(sink);
    assertThat(sink.bytes).isEqualTo(RequestBody.REPLAY_LIMIT - 1 + 10 * KIB);
    assertThat(source.resumes).isEqualTo(1);
    assertThat(body.replayable()).isFalse();
  }

  @Test
  void fullTaker_pausesTheClient_onceAndUntilItDrains() {
    Sink sink = new Sink();
    body.attach(sink);
    sink.writable = false;
    send(10);
    send(10);
    assertThat(source.pauses).isEqualTo(1);
    body.resume();
    body.resume();
    assertThat(source.resumes).isEqualTo(1);
  }

  @Test
  void settled_keepsNothing_alsoOfWhatComesLater() {
    body.attach(new Sink());
    body.settle();
    send(10);
    assertThat(body.replayable()).isFalse();
    assertThat(pieces.get(0)[0]).isZero();
  }

  @Test
  void discarded_releasesAll_andLetsTheClientGoOn() {
    send(RequestBody.REPLAY_LIMIT);
    assertThat(body.paused()).isTrue();
    body.discard();
    assertThat(source.resumes).isEqualTo(1);
    send(10);
    body.end(null);
    assertThat(body.received()).isEqualTo(RequestBody.REPLAY_LIMIT + 10);
  }
}
