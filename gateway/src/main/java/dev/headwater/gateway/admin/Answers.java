package dev.headwater.gateway.admin;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whose content is made elsewhere than on the loop. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Ends the answer on its own loop when the content is there; a failure of ours is a 500. */
  static <T> void later(RoutingContext context, CompletionStage<T> content, Consumer<T> end) {
    Context loop = context.vertx().getOrCreateContext();
    finish(context, Future.fromCompletionStage(content, loop), end);
  }

  /** Ends the answer when the content is there; a failure of ours is a 500. */
  static <T> void finish(RoutingContext context, Future<T> content, Consumer<T> end) {
    content.onComplete(end::accept, failure -> fail(context, failure));
  }

  private static void fail(RoutingContext context, Throwable failure) {
    if (failure instanceof IllegalArgumentException) {
      Texts.end(context, 400, String.valueOf(failure.getMessage()));
      return;
    }
    LOG.warn("the admin address failed to answer {}", context.normalizedPath(), failure);
    Texts.end(context, 500, "this answer could not be made; the log says more");
  }
}
