package dev.headwater.gateway.admin;

import dev.headwater.gateway.config.ConfigControl;
import dev.headwater.gateway.config.SamplingChange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT /sampling} and {@code DELETE /sampling}: sampling set by hand, and back to what the
 * files say. Behind {@link HostGuard}. Who may not write is told so before a byte of the body is
 * looked at; whoever may is named in the log with what came of it.
 */
final class SamplingWrites {
  /** Far more than any sampling that a person writes. */
  static final int MAX_BYTES = 64 * 1024;

  private static final String PATH = "/sampling";
  private static final Set<String> TYPES =
      Set.of(
          "",
          "application/yaml",
          "application/x-yaml",
          "text/yaml",
          "text/x-yaml",
          "text/plain",
          "application/json");
  private static final Logger LOG = LoggerFactory.getLogger(SamplingWrites.class);

  private final ConfigControl control;
  private final AdminToken token;

  SamplingWrites(ConfigControl control, AdminToken token) {
    this.control = control;
    this.token = token;
  }

  void mount(Router router) {
    router.put(PATH).handler(this::authorise);
    router.put(PATH).handler(SamplingWrites::checkType);
    router.put(PATH).handler(BodyHandler.create(false).setBodyLimit(MAX_BYTES));
    router.put(PATH).handler(this::put);
    router.delete(PATH).handler(this::authorise);
    router.delete(PATH).handler(this::delete);
    router.errorHandler(413, SamplingWrites::tooLarge);
  }

  private void authorise(RoutingContext context) {
    HttpServerRequest request = context.request();
    String claim = request.getHeader("authorization");
    request.pause();
    var unused =
        context
            .vertx()
            .executeBlocking(() -> token.verdict(claim), false)
            .onComplete(
                verdict -> {
                  request.resume();
                  switch (verdict) {
                    case GRANTED -> context.next();
                    case DENIED -> deny(context, claim != null);
                    case OFF ->
                        Texts.end(
                            context,
                            403,
                            "writes are off: admin.tokenFile is not set (expected the name of a"
                                + " file with the token that writes need)");
                  }
                },
                unreadable -> {
                  request.resume();
                  String why = String.valueOf(unreadable.getMessage());
                  LOG.warn("A write of {} is refused: {}", who(context), why);
                  Texts.end(context, 403, why);
                });
  }

  private static void deny(RoutingContext context, boolean wrong) {
    LOG.warn("A write of {} is refused: {} token", who(context), wrong ? "wrong" : "no");
    context.response().putHeader("www-authenticate", "Bearer");
    Texts.end(
        context,
        401,
        (wrong ? "Authorization: another token" : "Authorization is missing")
            + " (expected 'Bearer ' and the content of admin.tokenFile)");
  }

  private static void checkType(RoutingContext context) {
    String given = context.request().getHeader("content-type");
    String type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (TYPES.contains(type)) {
      context.next();
    } else {
      Texts.end(
          context,
          415,
          "Content-Type: " + type + " (expected application/yaml, application/json or none)");
    }
  }

  private static void tooLarge(RoutingContext context) {
    Texts.end(context, 413, "the body is too large (expected at most " + MAX_BYTES + " bytes)");
  }

  private void put(RoutingContext context) {
    Buffer body = context.body().buffer();
    String document;
    try {
      document = body == null ? "" : text(body);
    } catch (CharacterCodingException notText) {
      Texts.end(context, 400, "the body is not UTF-8 (expected YAML or JSON)");
      return;
    }
    if (document.isBlank()) {
      // Read as it is it would mean the defaults, which is every trace.
      Texts.end(context, 400, "the body is empty (expected keys such as rate: 0.1, or {})");
      return;
    }
    String by = who(context);
    Answers.finish(
        context,
        context.vertx().executeBlocking(() -> control.setSampling(document, by), false),
        change -> answer(context, change, true));
  }

  private void delete(RoutingContext context) {
    String by = who(context);
    Answers.finish(
        context,
        context.vertx().executeBlocking(() -> control.unsetSampling(by), false),
        change -> answer(context, change, false));
  }

  private static void answer(RoutingContext context, SamplingChange change, boolean temporary) {
    context.response().setStatusCode(status(change));
    String accept = context.request().getHeader("accept");
    if (accept != null && accept.startsWith("text/plain")) {
      String text = ChangeJson.text(change, temporary) + "\n";
      Texts.end(context, "text/plain; charset=utf-8", Buffer.buffer(text));
    } else {
      String json = ChangeJson.of(change, temporary).encodePrettily() + "\n";
      Texts.json(context, Buffer.buffer(json));
    }
  }

  /** 400 for what is not YAML, 422 for YAML that is no sampling. */
  private static int status(SamplingChange change) {
    if (change.accepted()) {
      return 200;
    }
    return change.problems().stream().anyMatch(p -> p.path().equals("document")) ? 400 : 422;
  }

  private static String who(RoutingContext context) {
    return String.valueOf(context.request().remoteAddress());
  }

  private static String text(Buffer body) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
  }
}
