package dev.headwater.gateway.trace;

/** Names of tags and annotations on our spans; dashboards are built on them. */
public final class Tags {
  public static final String METHOD = "http.method";
  public static final String PATH = "http.path";
  public static final String HOST = "http.host";
  public static final String ROUTE = "http.route";
  public static final String STATUS = "http.status_code";
  public static final String GRPC_STATUS = "grpc.status_code";
  public static final String REQUEST_SIZE = "http.request.size";
  public static final String RESPONSE_SIZE = "http.response.size";
  public static final String REQUEST_ID = "request_id";
  public static final String ERROR = "error";
  public static final String HEADWATER_ROUTE = "headwater.route";
  public static final String HEADWATER_UPSTREAM = "headwater.upstream";
  public static final String PHASE = "headwater.phase";
  public static final String RULE = "sampling.rule";
  public static final String REASON = "sampling.reason";
  public static final String RATE = "sampling.rate";

  /** Of the client's connection, such as {@code 1.3}. */
  public static final String TLS_VERSION = "tls.version";

  /** What the client asked for by SNI. */
  public static final String TLS_SERVER_NAME = "tls.server_name";

  public static final String CLIENT_TRACE_ID = "client.trace_id";

  /** Envoy's name for the id that a client gave its request. */
  public static final String CLIENT_REQUEST_ID = "guid:x-client-trace-id";

  /** Identity of the caller's pod, as our own sidecar tells it. */
  public static final String MESH_CLIENT = "l5d.client_id";

  /** Why a sidecar answered in place of the upstream. */
  public static final String MESH_ERROR = "l5d.proxy_error";

  public static final String ATTEMPT = "attempt";
  public static final String RETRY_REASON = "retry.reason";
  public static final String ENDPOINT = "peer.address";

  public static final String PROTOCOL = "tunnel.protocol";

  /** From the client. */
  public static final String BYTES_UP = "tunnel.up.bytes";

  /** From the upstream. */
  public static final String BYTES_DOWN = "tunnel.down.bytes";

  public static final String FRAMES_UP = "tunnel.up.frames";
  public static final String FRAMES_DOWN = "tunnel.down.frames";
  public static final String CLOSED_BY = "tunnel.closed_by";
  public static final String CLOSE_CODE = "websocket.close_code";

  public static final String POOL_WAIT = "pool.wait";
  public static final String RESOLVED = "dns.end";
  public static final String CONNECT_START = "connect.start";
  public static final String CONNECT_END = "connect.end";
  public static final String TLS_START = "tls.start";
  public static final String TLS_END = "tls.end";
  public static final String FIRST_BYTE_OUT = "ws";
  public static final String FIRST_BYTE_IN = "wr";

  private Tags() {}
}
