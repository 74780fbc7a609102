package dev.headwater.gateway.demo;

import io.vertx.core.Future;

/** The work of one demo service, without its wire. Runs on one event loop. */
@FunctionalInterface
interface Service {
  /** Answers; a failed future becomes a 500. */
  Future<Reply> answer(Call call);
}
