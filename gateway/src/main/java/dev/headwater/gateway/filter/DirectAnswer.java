package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.DirectResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Answers for routes whose response is configured; passes the others on. Stateless. */
public final class DirectAnswer implements Stage {
  private final Function<byte[], Bytes> pieces;
  private final Stage next;

  /** In front of {@code next}; bodies are made of {@code pieces}. */
  public DirectAnswer(Function<byte[], Bytes> pieces, Stage next) {
    this.pieces = pieces;
    this.next = next;
  }

  @Override
  public void handle(Exchange exchange) {
    DirectResponse answer = exchange.requireRoute().respond();
    if (answer == null) {
      next.handle(exchange);
      return;
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    Fields fields = new Fields();
    answer.headers().forEach(fields::add);
    exchange.respond(new ResponseHead(answer.status(), body.length, fields));
    if (body.length > 0) {
      exchange.data(pieces.apply(body));
    }
    exchange.end(null);
  }
}
