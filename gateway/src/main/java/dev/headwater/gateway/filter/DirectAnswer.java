package dev.headwater.gateway.filter;

import dev.headwater.gateway.pipeline.Bytes;
import dev.headwater.gateway.pipeline.Exchange;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.pipeline.ResponseHead;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.Redirect;
import dev.headwater.routes.RouteAnswer;
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
    RouteAnswer answer = exchange.requireRoute().respond();
    if (answer == null) {
      next.handle(exchange);
    } else if (answer instanceof DirectResponse response) {
      respond(exchange, response);
    } else if (answer instanceof Redirect redirect) {
      redirect(exchange, redirect);
    }
  }

  private void respond(Exchange exchange, DirectResponse answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    Fields fields = new Fields();
    answer.headers().forEach(fields::add);
    exchange.respond(new ResponseHead(answer.status(), body.length, fields));
    if (body.length > 0) {
      exchange.data(pieces.apply(body));
    }
    exchange.end(null);
  }

  private static void redirect(Exchange exchange, Redirect redirect) {
    RequestHead request = exchange.request();
    String host = redirect.host() == null ? request.authority() : redirect.host();
    String asked = request.upstreamTarget().startsWith("/") ? request.upstreamTarget() : "/";
    String target = redirect.target() == null ? asked : redirect.target();
    Fields fields = new Fields();
    // Without a host there is only the client that knows where it is (RFC 9110 10.2.2).
    fields.add("Location", host.isEmpty() ? target : scheme(exchange) + host + target);
    exchange.respond(new ResponseHead(redirect.status(), 0, fields));
    exchange.end(null);
  }

  private static String scheme(Exchange exchange) {
    return HttpsRedirect.isSecure(exchange) ? "https://" : "http://";
  }
}
