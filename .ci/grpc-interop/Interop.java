import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.services.MetricRecorder;
import io.grpc.testing.TlsTesting;
import io.grpc.testing.integration.AbstractInteropTest;
import io.grpc.testing.integration.TestServiceClient;
import io.grpc.testing.integration.TestServiceImpl;
import io.grpc.xds.orca.OrcaMetricReportingServerInterceptor;
import io.grpc.xds.orca.OrcaServiceImpl;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * gRPC's own interoperability cases, asked of several addresses.
 *
 * <p>{@code Interop serve DIRECTORY} is the test server, in clear and over TLS, on ports of the
 * system's choice: it writes {@code ports} ("CLEAR TLS"), and its certificate, key and CA as {@code
 * server1.pem}, {@code server1.key} and {@code ca.pem}. It runs until it is killed.
 *
 * <p>{@code Interop ask FILE NAME=PORT...} runs every case against every address, over TLS where
 * the name ends in {@code tls}, and writes a line per case to FILE: the case and, in the order of
 * the addresses, {@code passed} or how it failed, apart by tabs.
 */
public final class Interop {
  /** Cases of the interoperability client; those left out need an account of a cloud. */
  private static final List<String> CASES =
      List.of(
          "empty_unary",
          "cacheable_unary",
          "large_unary",
          "client_compressed_unary",
          "client_compressed_unary_noprobe",
          "server_compressed_unary",
          "client_streaming",
          "client_compressed_streaming",
          "client_compressed_streaming_noprobe",
          "server_streaming",
          "server_compressed_streaming",
          "ping_pong",
          "empty_stream",
          "custom_metadata",
          "status_code_and_message",
          "special_status_message",
          "unimplemented_method",
          "unimplemented_service",
          "cancel_after_begin",
          "cancel_after_first_response",
          "timeout_on_sleeping_server",
          "very_large_request",
          "pick_first_unary",
          "rpc_soak",
          "channel_soak",
          "orca_per_rpc",
          "orca_oob");

  /** What grpc-java asks of each of its own transports beyond those. */
  private static final List<String> TRANSPORT_CASES =
      List.of(
          "deadlineNotExceeded",
          "deadlineExceeded",
          "deadlineExceededServerStreaming",
          "deadlineInPast",
          "veryLargeResponse",
          "serverStreamingShouldBeFlowControlled",
          "exchangeMetadataUnaryCall",
          "exchangeMetadataStreamingCall",
          "fullDuplexCallShouldSucceed",
          "halfDuplexCallShouldSucceed",
          "maxInboundSize_exact",
          "maxInboundSize_tooBig",
          "maxOutboundSize_exact",
          "maxOutboundSize_tooBig",
          "emptyUnaryWithRetriableStream",
          "gracefulShutdown");

  /** The client's balancer that reads what the server reports of itself. */
  private static final String WITH_BACKEND_METRICS =
      "{\"loadBalancingConfig\":[{\"test_backend_metrics_load_balancer\":{}}]}";

  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
  private static final long PATIENCE_SECONDS = 60;

  private Interop() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve(Path.of(arguments[1]));
    } else {
      Map<String, Integer> addresses = new LinkedHashMap<>();
      for (String argument : List.of(arguments).subList(2, arguments.length)) {
        String[] parts = argument.split("=", 2);
        addresses.put(parts[0], Integer.valueOf(parts[1]));
      }
      ask(Path.of(arguments[1]), addresses);
      System.exit(0); // A case that hangs must not keep the process.
    }
  }

  private static void serve(Path directory) throws Exception {
    for (String name : List.of("server1.pem", "server1.key", "ca.pem")) {
      try (InputStream in = TlsTesting.loadCert(name)) {
        Files.write(directory.resolve(name), in.readAllBytes());
      }
    }
    Server clear = server(InsecureServerCredentials.create());
    Server tls =
        server(
            TlsServerCredentials.create(
                TlsTesting.loadCert("server1.pem"), TlsTesting.loadCert("server1.key")));
    Path ports = directory.resolve("ports");
    Files.writeString(ports.resolveSibling("ports.new"), clear.getPort() + " " + tls.getPort());
    Files.move(ports.resolveSibling("ports.new"), ports);
    clear.awaitTermination();
  }

  private static Server server(ServerCredentials credentials) throws Exception {
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    MetricRecorder recorder = MetricRecorder.newInstance();
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), credentials)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .addService(
            ServerInterceptors.intercept(
                new TestServiceImpl(executor, recorder), TestServiceImpl.interceptors()))
        .addService(OrcaServiceImpl.createService(executor, recorder, 1, TimeUnit.SECONDS))
        .intercept(OrcaMetricReportingServerInterceptor.create(recorder))
        .build()
        .start();
  }

  private static void ask(Path file, Map<String, Integer> addresses) throws Exception {
    List<String> lines = new ArrayList<>();
    PrintStream console = System.out;
    for (String name : CASES) {
      lines.add(line(console, name, addresses, Interop::client));
    }
    for (String name : TRANSPORT_CASES) {
      lines.add(line(console, name, addresses, Interop::transport));
    }
    Files.write(file, lines);
  }

  private interface Case {
    void run(String name, int port, boolean tls) throws Exception;
  }

  private static String line(
      PrintStream console, String name, Map<String, Integer> addresses, Case asked) {
    StringBuilder line = new StringBuilder(name);
    addresses.forEach(
        (address, port) -> {
          // The client's own output matters only when it fails.
          ByteArrayOutputStream said = new ByteArrayOutputStream();
          System.setOut(new PrintStream(said, true));
          String verdict = verdict(() -> asked.run(name, port, address.endsWith("tls")));
          System.setOut(console);
          line.append('\t').append(verdict);
          if (!verdict.equals("passed")) {
            console.println(address + " " + name + ": " + verdict + "\n" + said);
          }
        });
    return line.toString();
  }

  private interface Run {
    void run() throws Exception;
  }

  private static String verdict(Run run) {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<?> done =
        thread.submit(
            () -> {
              run.run();
              return null;
            });
    thread.shutdown();
    try {
      done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return "passed";
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      while (cause instanceof InvocationTargetException || cause.getCause() != null) {
        cause = cause.getCause();
      }
      return String.valueOf(cause).strip().replaceAll("\\s+", " ");
    } catch (TimeoutException hung) {
      return "hangs";
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** A name of the test server's certificate, and which half of the edge is meant. */
  private static String authority(boolean tls) {
    return tls ? "foo.test.google.fr" : "clear.test.google.fr";
  }

  private static void client(String name, int port, boolean tls) throws Exception {
    TestServiceClient.main(
        new String[] {
          "--server_host=127.0.0.1",
          "--server_port=" + port,
          "--server_host_override=" + authority(tls),
          "--use_tls=" + tls,
          "--use_test_ca=" + tls,
          "--service_config_json=" + (name.startsWith("orca") ? WITH_BACKEND_METRICS : "{}"),
          "--test_case=" + name
        });
  }

  private static void transport(String name, int port, boolean tls) throws Exception {
    Transport test = new Transport(port, tls);
    test.setUp();
    try {
      test.getClass().getMethod(name).invoke(test);
    } finally {
      test.tearDown();
    }
  }

  /** The suite of grpc-java's transports with a server elsewhere. */
  public static final class Transport extends AbstractInteropTest {
    private final int port;
    private final boolean tls;

    Transport(int port, boolean tls) {
      this.port = port;
      this.tls = tls;
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
      try {
        ChannelCredentials credentials =
            tls
                ? TlsChannelCredentials.newBuilder()
                    .trustManager(TlsTesting.loadCert("ca.pem"))
                    .build()
                : InsecureChannelCredentials.create();
        return Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials)
            .overrideAuthority(authority(tls))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .intercept(createCensusStatsClientInterceptor());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** The server's half of the statistics is in another process. */
    @Override
    protected boolean metricsExpected() {
      return false;
    }
  }
}
