package dev.headwater.gateway.report;

import static org.assertj.core.api.Assertions.assertThat;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler.Cause;
import dev.headwater.gateway.report.SinkRoster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartialSpansTest {
  @Test
  void sinkThatWantsFinishedSpansOnly_neverSeesAnother() {
    Recording store = new Recording();
    Recording forwarder = new Recording();
    SinkRoster sinks =
        new SinkRoster(List.of(new Member(null, store, true), new Member(null, forwarder, false)));
    MutableSpan unfinished = Spans.span(1);
    MutableSpan finished = Spans.span(1);
    sinks.end(null, unfinished, Cause.FLUSHED);
    sinks.end(null, finished, Cause.FINISHED);
    assertThat(store.spans).containsExactly(unfinished, finished);
    assertThat(forwarder.spans).hasSize(1);
    assertThat(forwarder.spans.get(0)).isSameAs(finished);
  }

  private static final class Recording implements Sink {
    private final List<MutableSpan> spans = new ArrayList<>();

    @Override
    public void offer(MutableSpan span) {
      spans.add(span);
    }

    @Override
    public CompletionStage<@Nullable Void> flush(Duration within) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public SinkView view() {
      return new SinkView("recording", Map.of(), 0, 0, 0, null);
    }

    @Override
    public void close() {}
  }
}
