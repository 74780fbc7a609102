package dev.headwater.gateway.demo;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An answer of a demo service.
 *
 * @param status HTTP status
 * @param type Content-Type
 * @param body text
 * @param location where a browser goes next, or null
 */
record Reply(int status, String type, String body, @Nullable String location) {
  static Reply json(JsonObject body) {
    return new Reply(200, "application/json", body.encode(), null);
  }

  static Reply json(JsonArray body) {
    return new Reply(200, "application/json", body.encode(), null);
  }

  static Reply error(int status, String message) {
    return new Reply(
        status, "application/json", new JsonObject().put("error", message).encode(), null);
  }

  static Reply html(int status, String body) {
    return new Reply(status, "text/html; charset=utf-8", body, null);
  }

  static Reply seeOther(String location) {
    return new Reply(303, "text/plain", "", location);
  }

  /** Whether the caller can use the body. */
  boolean succeeded() {
    return status < 400;
  }

  void writeTo(HttpServerResponse response) {
    response.setStatusCode(status).putHeader("Content-Type", type);
    if (location != null) {
      response.putHeader("Location", location);
    }
    response.end(body);
  }
}
