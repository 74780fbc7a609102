package dev.headwater.gateway.admin;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The dashboard: one page with its style and script inside, and no address outside this server.
 * Each answer has a nonce of its own, so that nothing but these two may style or run.
 */
final class DashboardPage implements Handler<RoutingContext> {
  private static final String NONCE = "{{nonce}}";

  private final String page;
  private final SecureRandom random = new SecureRandom();

  private DashboardPage(String page) {
    this.page = page;
  }

  static DashboardPage load() {
    try (InputStream in = DashboardPage.class.getResourceAsStream("dashboard.html")) {
      if (in == null) {
        throw new IllegalStateException("dashboard.html is missing from the program");
      }
      return new DashboardPage(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(RoutingContext context) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    context
        .response()
        .putHeader(
            "content-security-policy",
            "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none';"
                + " form-action 'none'; frame-ancestors 'none'; script-src 'nonce-"
                + nonce
                + "'; style-src 'nonce-"
                + nonce
                + "'")
        .putHeader("referrer-policy", "no-referrer");
    Texts.end(context, "text/html; charset=utf-8", Buffer.buffer(page.replace(NONCE, nonce)));
  }
}
