package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.ReloadStatus;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.metrics.MetricsView.DecisionCount;
import dev.headwater.gateway.snapshot.SamplingState;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.TracingPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The sampling policy in force, and what it did so far. */
final class SamplingJson {
  private final AdminViews views;
  private final SamplingLedger ledger;

  SamplingJson(AdminViews views, SamplingLedger ledger) {
    this.views = views;
    this.ledger = ledger;
  }

  JsonObject of(MetricsView view) {
    Snapshot snapshot = views.snapshots().get();
    TracingPolicy tracing = snapshot.configuration().tracing();
    List<DecisionCount> decisions = ledger.decisions(view);
    return state(snapshot)
        .put("enabled", tracing.enabled())
        .put("recorded", tracing.hasSink())
        .put("rules", rules(snapshot, decisions))
        .put("decisions", decisions(decisions));
  }

  private JsonObject state(Snapshot snapshot) {
    SamplingState state = snapshot.sampling();
    ReloadStatus reload = views.control().status();
    JsonObject json =
        new JsonObject()
            .put("version", state.version())
            .put("since", state.since().toString())
            .put("configurationVersion", snapshot.version())
            .put("origin", state.origin().name())
            .put("temporary", state.origin().temporary());
    if (state.origin().temporary()) {
      json.put("lasts", ChangeJson.LASTS);
    }
    return json.put("masked", ChangeJson.masked(reload.maskedSampling()))
        .put("lastReadAccepted", reload.successful())
        .put("lastReadAt", reload.lastAttempt().toString())
        .put("problems", new JsonArray(reload.problems()));
  }

  private static JsonArray rules(Snapshot snapshot, List<DecisionCount> decisions) {
    JsonArray rules = new JsonArray();
    if (!SamplingLedger.decides(snapshot)) {
      return rules;
    }
    for (ConfiguredRate rate : ConfiguredRate.of(snapshot.configuration())) {
      ObservedRate observed = SamplingLedger.observed(decisions, rate.rule());
      rules.add(
          new JsonObject()
              .put("rule", rate.rule())
              .put("configured", rate.rate())
              .put("observed", Numbers.orNull(observed.rate()))
              .put("low", observed.total() == 0 ? null : observed.low())
              .put("high", observed.total() == 0 ? null : observed.high())
              .put("sampled", observed.sampled())
              .put("total", observed.total())
              .put("agrees", observed.agreesWith(rate.rate())));
    }
    return rules;
  }

  private static JsonArray decisions(List<DecisionCount> decisions) {
    JsonArray json = new JsonArray();
    for (DecisionCount d : decisions) {
      json.add(
          new JsonObject()
              .put("rule", d.rule())
              .put("reason", d.reason().label())
              .put("sampled", d.sampled())
              .put("count", d.count()));
    }
    return json;
  }
}
