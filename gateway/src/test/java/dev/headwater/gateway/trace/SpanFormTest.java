package dev.headwater.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import brave.Span;
import brave.handler.MutableSpan;
import brave.propagation.TraceContext;
import org.junit.jupiter.api.Test;

class SpanFormTest {
  private static final TraceContext CONTEXT =
      TraceContext.newBuilder().traceIdHigh(1).traceId(2).parentId(3).spanId(4).build();

  private final SpanForm form = new SpanForm(Span.Kind.SERVER, 3, 2);

  private static MutableSpan plain(String service) {
    MutableSpan span = new MutableSpan(CONTEXT, null);
    span.localServiceName(service);
    span.kind(Span.Kind.SERVER);
    return span;
  }

  @Test
  void spanOfAForm_isLikeAnyOther() {
    assertThat(form.span(CONTEXT, "edge")).isEqualTo(plain("edge"));
    assertThat(form.span(CONTEXT, "other")).isEqualTo(plain("other"));
    assertThat(form.span(CONTEXT, "edge")).isEqualTo(plain("edge"));
  }

  @Test
  void spans_shareNothing_andHoldMoreThanTheirRoom() {
    MutableSpan one = form.span(CONTEXT, "edge");
    MutableSpan expected = plain("edge");
    for (int i = 0; i < 5; i++) {
      one.tag("key" + i, "value" + i);
      expected.tag("key" + i, "value" + i);
      one.annotate(i + 1, "moment" + i);
      expected.annotate(i + 1, "moment" + i);
    }
    MutableSpan two = form.span(CONTEXT, "edge");
    assertThat(one).isEqualTo(expected);
    assertThat(two).isEqualTo(plain("edge"));
    two.tag("key", "value");
    assertThat(one.tagCount()).isEqualTo(5);
    assertThat(form.span(CONTEXT, "edge").tagCount()).isZero();
  }
}
