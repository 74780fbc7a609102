package dev.headwater.routes.compile;

import static dev.headwater.sampling.propagation.TraceFormat.B3_MULTI;
import static dev.headwater.sampling.propagation.TraceFormat.B3_SINGLE;
import static dev.headwater.sampling.propagation.TraceFormat.L5D;
import static dev.headwater.sampling.propagation.TraceFormat.TRACECONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerPropagation;
import dev.headwater.routes.PropagationPolicy;
import dev.headwater.routes.ResponseTracePolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.document.Problem;
import dev.headwater.sampling.baggage.BaggagePolicy;
import dev.headwater.sampling.propagation.TraceFormat;
import dev.headwater.sampling.propagation.Unsampled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys about trace headers: of the gateway, of a listener, of an upstream, and of answers. */
class PropagationKeysTest {
  private static Loaded load(String text) {
    return ConfigurationLoader.load(ConfigurationInput.of(text, "headwater.yaml"));
  }

  private static Configuration read(String text) {
    Loaded loaded = load(text);
    return loaded.configuration().orElseThrow(() -> new AssertionError(loaded.problems()));
  }

  @Test
  void everyKeyIsRead() {
    Configuration configuration =
        read(
            """
            listeners:
              - name: web
                address: 127.0.0.1:8080
                propagation: {extract: [l5d, b3], inject: [tracecontext, tracecontext, l5d]}
            upstreams:
              - {name: app, endpoints: ["http://127.0.0.1:9001"], inject: [b3-single], parentId: true}
            tracing:
              propagation:
                extract: [tracecontext]
                inject: [b3-multi, tracecontext]
                parentId: true
                formerIds: X-Former-Trace
                tracecontext: {unsampled: decide}
              traceresponse: true
              serverTiming: true
            """);
    assertThat(configuration.tracing().propagation())
        .isEqualTo(
            new PropagationPolicy(
                List.of(TRACECONTEXT),
                List.of(B3_MULTI, TRACECONTEXT),
                true,
                Unsampled.DECIDE,
                "x-former-trace",
                BaggagePolicy.NONE));
    assertThat(configuration.tracing().response())
        .isEqualTo(new ResponseTracePolicy(null, true, true));
    assertThat(configuration.listeners().get(0).propagation())
        .isEqualTo(
            new ListenerPropagation(List.of(L5D, B3_SINGLE, B3_MULTI), List.of(TRACECONTEXT, L5D)));
    assertThat(configuration.upstreams().get(0).inject()).containsExactly(B3_SINGLE);
    assertThat(configuration.upstreams().get(0).parentId()).isTrue();
  }

  @Test
  void upstreamWinsOverListenerWinsOverGateway() {
    Configuration configuration =
        read(
            """
            upstreams:
              - {name: plain, endpoints: ["http://127.0.0.1:9001"]}
              - {name: own, endpoints: ["http://127.0.0.1:9001"], inject: [b3-single]}
              - {name: parent, endpoints: ["http://127.0.0.1:9001"], parentId: true}
            """);
    PropagationPolicy policy = configuration.tracing().propagation();
    ListenerPropagation w3c = new ListenerPropagation(List.of(TRACECONTEXT), List.of(TRACECONTEXT));
    Upstream plain = configuration.upstreams().get(0);
    Upstream own = configuration.upstreams().get(1);
    assertThat(policy.inject(ListenerPropagation.NONE, plain)).containsExactly(B3_MULTI);
    assertThat(policy.inject(w3c, plain)).containsExactly(TRACECONTEXT);
    assertThat(policy.inject(w3c, own)).containsExactly(B3_SINGLE);
    assertThat(policy.extract(ListenerPropagation.NONE)).isEqualTo(TraceFormat.DEFAULT_EXTRACT);
    assertThat(policy.extract(w3c)).containsExactly(TRACECONTEXT);
    assertThat(policy.parentId(plain)).isFalse();
    assertThat(policy.parentId(configuration.upstreams().get(2))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tracing: {propagation: {formerIds: traceparent}} | tracing.propagation.formerIds | a header that neither frames the message nor carries a trace",
        "tracing: {propagation: {formerIds: Host}} | tracing.propagation.formerIds | a header that neither frames the message nor carries a trace",
        "tracing: {propagation: {formerIds: 'a b'}} | tracing.propagation.formerIds | a header name",
        "tracing: {propagation: {tracecontext: {unsampled: defer}}} | tracing.propagation.tracecontext.unsampled | inherit or decide",
        "tracing: {propagation: {extract: [w3c]}} | tracing.propagation.extract[0] | b3, b3-multi, b3-single, tracecontext or l5d",
        "listeners: [{name: web, address: '127.0.0.1:1', propagation: {inject: []}}] | listeners[0].propagation.inject | at least one",
        "upstreams: [{name: a, endpoints: ['http://127.0.0.1:1'], parentId: maybe}] | upstreams[0].parentId | true or false",
        "tracing: {traceresponse: 00} | tracing.traceresponse | true or false",
      })
  void whatIsWrongIsSaid(String text, String path, String expected) {
    List<Problem> problems = load(text).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString())
        .startsWith(path + ": ")
        .contains(expected)
        .contains("at headwater.yaml:1:");
  }
}
