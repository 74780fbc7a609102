package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.ReloadStatus;
import dev.headwater.gateway.metrics.MetricsView;
import dev.headwater.gateway.metrics.MetricsView.DecisionCount;
import dev.headwater.gateway.snapshot.SamplingState;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.sampling.SamplerView;
import dev.headwater.sampling.SamplerView.CeilingView;
import dev.headwater.sampling.SamplerView.LateView;
import dev.headwater.sampling.SamplerView.RuleView;
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

  JsonObject of(MetricsView metrics) {
    Snapshot snapshot = views.snapshots().get();
    TracingPolicy tracing = snapshot.configuration().tracing();
    SamplerView sampler = snapshot.sampler().view();
    JsonObject json =
        state(snapshot)
            .put("enabled", tracing.enabled())
            .put("recorded", tracing.hasSink())
            .put("rules", tracing.enabled() ? rules(sampler) : new JsonArray());
    if (sampler.cap() != null) {
      json.put("cap", ceiling(sampler.cap()));
    }
    if (sampler.budget() != null) {
      json.put("budget", ceiling(sampler.budget()));
    }
    if (sampler.late() != null) {
      json.put("late", late(sampler.late()));
    }
    return json.put("decisions", decisions(metrics.decisions()))
        .put("sinks", SinksJson.of(views.spans().get()));
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

  private JsonArray rules(SamplerView sampler) {
    JsonArray rules = new JsonArray();
    sampler.rules().forEach(rule -> rules.add(rule(rule)));
    return rules;
  }

  /** Observed is what the configured rate selected; what a cap left of it is kept. */
  private JsonObject rule(RuleView rule) {
    ObservedRate observed = SamplingLedger.observed(rule);
    SamplingLedger.Judgement judgement = ledger.judgement(rule);
    ObservedRate window = judgement.last();
    JsonObject json =
        new JsonObject()
            .put("rule", rule.name())
            .put("text", rule.text())
            .put("never", rule.never())
            .put("configured", rule.configuredRate())
            .put("inForce", rule.rateInForce())
            .put("perSecond", Numbers.orNull(rule.perSecond()))
            .put("total", rule.asked())
            .put("kept", rule.kept())
            .put("keptShare", rule.asked() == 0 ? null : (double) rule.kept() / rule.asked())
            .put("capped", rule.capped())
            .put("floor", rule.floor())
            .put("late", rule.late());
    return interval(json, observed)
        .put("window", window == null ? null : interval(new JsonObject(), window))
        .put("windowSeconds", Pages.WINDOW.toSeconds())
        .put("windowsOutside", judgement.outside())
        .put("marked", judgement.isMarked());
  }

  private static JsonObject interval(JsonObject json, ObservedRate observed) {
    boolean none = observed.total() == 0;
    return json.put("observed", Numbers.orNull(observed.rate()))
        .put("low", none ? null : observed.low())
        .put("high", none ? null : observed.high())
        .put("selected", observed.selected())
        .put("total", observed.total());
  }

  private static JsonObject ceiling(CeilingView ceiling) {
    return new JsonObject()
        .put("perSecond", ceiling.perSecond())
        .put("replicas", ceiling.replicas())
        .put("share", ceiling.share())
        .put("factor", ceiling.factor())
        .put("refused", ceiling.refused());
  }

  private static JsonObject late(LateView late) {
    return new JsonObject()
        .put("text", late.text())
        .put("perSecond", late.perSecond())
        .put("kept", late.kept())
        .put("refused", late.refused());
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
