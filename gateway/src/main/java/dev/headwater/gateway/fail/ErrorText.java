package dev.headwater.gateway.fail;

import dev.headwater.gateway.pipeline.Failure;
import dev.headwater.gateway.pipeline.StatusText;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of the answers that we make up: JSON or plain text, with the ids to ask about, no
 * internals.
 */
public final class ErrorText {
  private ErrorText() {}

  /** Plain text, a fact a line. */
  public static String plain(Failure why, @Nullable String traceId, @Nullable String requestId) {
    StringBuilder text = new StringBuilder(160);
    text.append(why.status()).append(' ').append(StatusText.of(why.status())).append('\n');
    text.append("reason: ").append(why.reason()).append('\n');
    if (why instanceof GatewayFailure.Refused refused) {
      text.append("detail: ").append(refused.detail()).append('\n');
    }
    if (traceId != null) {
      text.append("trace id: ").append(traceId).append('\n');
    }
    if (requestId != null) {
      text.append("request id: ").append(requestId).append('\n');
    }
    return text.toString();
  }

  /** One JSON object. All parts are ours: nothing in them needs escaping. */
  public static String json(Failure why, @Nullable String traceId, @Nullable String requestId) {
    StringBuilder text = new StringBuilder(200);
    text.append("{\"status\":").append(why.status());
    text.append(",\"error\":\"").append(StatusText.of(why.status()));
    text.append("\",\"reason\":\"").append(why.reason()).append('"');
    if (why instanceof GatewayFailure.Refused refused) {
      text.append(",\"detail\":\"").append(refused.detail()).append('"');
    }
    if (traceId != null) {
      text.append(",\"traceId\":\"").append(traceId).append('"');
    }
    if (requestId != null) {
      text.append(",\"requestId\":\"").append(requestId).append('"');
    }
    return text.append("}\n").toString();
  }
}
