package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.sampling.baggage.BaggageCut;
import dev.headwater.sampling.baggage.BaggagePolicy;

/**
 * Fields through which a caller speaks to services behind us: routing within a mesh and baggage. A
 * stranger's go, since {@code l5d-dst-override} would make an open relay of the mesh and baggage
 * reaches every service's memory and logs. A trusted caller's routing stays, and of its baggage
 * what the policy lets pass.
 *
 * <p>With tracing off baggage passes untouched like every other tracing header; routing is none and
 * is guarded all the same. Stateless; a request without such fields costs two bit tests.
 */
final class CallerFields {
  private static final String BAGGAGE = "baggage";
  private static final String PREFIX = "baggage-";

  private CallerFields() {}

  /** Edits {@code fields}, the exchange's own. */
  static void apply(Exchange exchange, Fields fields) {
    if (!exchange.trusted()) {
      fields.remove(FieldName.L5D);
    }
    if (exchange.trace() != null && fields.has(FieldName.BAGGAGE)) {
      if (exchange.trusted()) {
        BaggageCut cut = new BaggageCut(policy(exchange));
        cut(fields, cut);
        exchange.baggage(cut.tags());
      } else {
        fields.remove(FieldName.BAGGAGE);
      }
    }
  }

  private static BaggagePolicy policy(Exchange exchange) {
    return exchange.snapshot().configuration().tracing().propagation().baggage();
  }

  /** Several {@code baggage} fields are one list (W3C Baggage 3.2.1); what is left is one field. */
  private static void cut(Fields fields, BaggageCut cut) {
    String list = fields.joined(BAGGAGE);
    String left = list == null ? null : cut.list(list);
    for (int i = 0; i < fields.count(); i++) {
      if (fields.id(i) == FieldName.BAGGAGE
          && fields.live(i)
          && (fields.nameIs(i, BAGGAGE)
              || !cut.header(fields.name(i).substring(PREFIX.length()), fields.value(i)))) {
        fields.removeAt(i);
      }
    }
    if (left != null) {
      fields.add(BAGGAGE, left);
    }
  }
}
