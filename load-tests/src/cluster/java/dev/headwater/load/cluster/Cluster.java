package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What the tests of a class stand on: the API server of the run, a client of its administrator,
 * loops for services and clients, gateways that end with the class. Where there can be no API
 * server, the class is skipped and says why. What a test left in its namespaces goes with it.
 */
final class Cluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final List<String> namespaces = new ArrayList<>();
  private final List<IngressProcess> gateways = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private @Nullable Testbed testbed;
  private @Nullable KubernetesClient client;

  /** Made once in a run, or the reason why it cannot be. */
  private record Shared(
      @Nullable Testbed testbed, @Nullable ServiceNetwork network, @Nullable String missing)
      implements AutoCloseable {
    static Shared make() {
      try {
        // First, as it takes no time to find out.
        ServiceNetwork network = ServiceNetwork.up();
        try {
          IngressProcess.build();
          return new Shared(Testbed.up(), network, null);
        } catch (Testbed.Unavailable noServer) {
          network.close();
          throw noServer;
        }
      } catch (Testbed.Unavailable reason) {
        System.out.println("cluster tests are skipped: " + reason.getMessage());
        return new Shared(null, null, reason.getMessage());
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      if (network != null) {
        network.close();
      }
      if (testbed != null) {
        testbed.close();
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Shared shared =
        context
            .getRoot()
            .getStore(Namespace.create(Cluster.class))
            .getOrComputeIfAbsent(Shared.class, key -> Shared.make(), Shared.class);
    testbed = shared.testbed;
    if (testbed == null) {
      Assumptions.abort(shared.missing);
    } else {
      client = testbed.client();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    KubernetesClient client = client();
    for (String namespace : namespaces) {
      client
          .network()
          .v1()
          .ingresses()
          .inNamespace(namespace)
          .list()
          .getItems()
          .forEach(each -> KubeObjects.release(client, each));
      for (String each :
          List.of(
              "/apis/networking.k8s.io/v1/namespaces/%s/ingresses",
              "/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices",
              "/api/v1/namespaces/%s/services",
              "/api/v1/namespaces/%s/secrets")) {
        // All at once: the client would delete one after the other.
        client.raw(String.format(each, namespace), "DELETE", null);
      }
    }
    namespaces.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<RuntimeException> troubles = new ArrayList<>();
    for (IngressProcess each : gateways) {
      try {
        each.close();
      } catch (RuntimeException e) {
        troubles.add(e);
      }
    }
    if (client != null) {
      client.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
    if (!troubles.isEmpty()) {
      throw troubles.get(0);
    }
  }

  Testbed testbed() {
    return Objects.requireNonNull(testbed, "asked before the class began");
  }

  KubernetesClient client() {
    return Objects.requireNonNull(client, "asked before the class began");
  }

  Vertx vertx() {
    return vertx;
  }

  /** A namespace that nobody had before. */
  String namespace() {
    String name = "test-" + NAMESPACES.incrementAndGet();
    client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    namespaces.add(name);
    return name;
  }

  /** Creates objects. */
  void create(HasMetadata... objects) {
    for (HasMetadata each : objects) {
      client().resource(each).create();
    }
  }

  /** A gateway with the rights of an administrator. */
  IngressProcess gateway(String name, String... flags) throws Exception {
    return gateway(IngressProcess.setup(name, testbed().kubeconfig()).with(flags));
  }

  /** A gateway that ends with the class. */
  IngressProcess gateway(IngressProcess.Setup setup) throws Exception {
    IngressProcess gateway = IngressProcess.start(vertx, setup);
    gateways.add(gateway);
    return gateway;
  }

  /** A service with one address, its Service and its EndpointSlice. */
  Origin service(String namespace, String name) {
    Origin origin = Origin.at(vertx, name, ServiceNetwork.address());
    create(
        KubeObjects.service(namespace, name, origin.port()),
        KubeObjects.slice(namespace, name, "1", origin.port(), origin.addresses()));
    return origin;
  }
}
