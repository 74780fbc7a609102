package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * How a gRPC call ended, which its HTTP status does not tell: {@code grpc-status} in the trailers,
 * or in the head of a response without a body.
 */
public enum GrpcStatus {
  OK(false),
  CANCELLED(false),
  UNKNOWN(true),
  INVALID_ARGUMENT(false),
  DEADLINE_EXCEEDED(true),
  NOT_FOUND(false),
  ALREADY_EXISTS(false),
  PERMISSION_DENIED(false),
  RESOURCE_EXHAUSTED(false),
  FAILED_PRECONDITION(false),
  ABORTED(false),
  OUT_OF_RANGE(false),
  UNIMPLEMENTED(true),
  INTERNAL(true),
  UNAVAILABLE(true),
  DATA_LOSS(true),
  UNAUTHENTICATED(false);

  private static final GrpcStatus[] BY_CODE = values();
  private static final String FIELD = "grpc-status";

  private final boolean serverFault;

  GrpcStatus(boolean serverFault) {
    this.serverFault = serverFault;
  }

  /** Whether it is the server's fault and not its caller's, as OpenTelemetry tells them apart. */
  public boolean serverFault() {
    return serverFault;
  }

  /** What {@code fields} say; null when they say nothing, unknown when it is no known number. */
  static @Nullable GrpcStatus of(Fields fields) {
    String code = fields.get(FIELD);
    if (code == null) {
      return null;
    }
    int value = code.length() == 1 || code.length() == 2 ? number(code) : -1;
    return value >= 0 && value < BY_CODE.length ? BY_CODE[value] : UNKNOWN;
  }

  private static int number(String code) {
    int value = 0;
    for (int i = 0; i < code.length(); i++) {
      int digit = code.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Whether a request is a gRPC call, by its content type. */
  public static boolean asked(Fields request) {
    String type = request.get(FieldName.CONTENT_TYPE);
    return type != null && type.startsWith("application/grpc");
  }
}
