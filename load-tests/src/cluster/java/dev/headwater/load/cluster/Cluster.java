package dev.headwater.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
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
 * loops for services and clients, gateways with the shipped rights that end with the class. Where
 * there can be no API server, the class is skipped and says why. What a test left in its namespaces
 * goes with it.
 */
final class Cluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private final List<String> namespaces = new ArrayList<>();
  private final List<IngressProcess> gateways = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private @Nullable Running running;
  private @Nullable KubernetesClient client;

  /** What is started once in a run. */
  private record Running(ServiceNetwork network, Testbed testbed, Installation installation) {
    static Running start() throws Exception {
      // First, as it takes no time to find out.
      ServiceNetwork network = ServiceNetwork.up();
      try {
        IngressProcess.build();
        Testbed testbed = Testbed.up();
        try {
          return new Running(network, testbed, Installation.on(testbed));
        } catch (Exception e) {
          testbed.close();
          throw e;
        }
      } catch (Exception e) {
        network.close();
        throw e;
      }
    }
  }

  /** That, or the reason why it cannot be. */
  private record Shared(@Nullable Running running, String missing) implements AutoCloseable {
    static Shared make() {
      try {
        return new Shared(Running.start(), "");
      } catch (Testbed.Unavailable reason) {
        System.out.println("cluster tests are skipped: " + reason.getMessage());
        return new Shared(null, String.valueOf(reason.getMessage()));
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      if (running != null) {
        running.installation.close();
        running.testbed.close();
        running.network.close();
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
    running = shared.running;
    if (running == null) {
      Assumptions.abort(shared.missing);
    } else {
      client = running.testbed.client();
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
  public void afterAll(ExtensionContext context) throws IOException {
    List<RuntimeException> troubles = new ArrayList<>();
    for (IngressProcess each : gateways) {
      try {
        each.close();
      } catch (RuntimeException e) {
        troubles.add(e);
      }
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
    if (client != null) {
      client.close();
      assertThat(installation().beyond()).as("asked of the API server without a right").isEmpty();
    }
    if (!troubles.isEmpty()) {
      throw troubles.get(0);
    }
  }

  private Running running() {
    return Objects.requireNonNull(running, "asked before the class began");
  }

  Testbed testbed() {
    return running().testbed;
  }

  Installation installation() {
    return running().installation;
  }

  KubernetesClient client() {
    return Objects.requireNonNull(client, "asked before the class began");
  }

  Vertx vertx() {
    return vertx;
  }

  /** A namespace that nobody had before, whose Secrets may be read. */
  String namespace() throws Exception {
    String name = namespaceWithoutSecrets();
    installation().allowSecrets(name);
    return name;
  }

  /** A namespace that nobody had before. */
  String namespaceWithoutSecrets() {
    String name = "test-" + NAMESPACES.incrementAndGet();
    client()
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

  /** A gateway with the rights that are shipped. */
  IngressProcess gateway(String name, String... flags) throws Exception {
    return gateway(setup(name).with(flags));
  }

  /** How one is started as in its pod. */
  IngressProcess.Setup setup(String name) {
    return IngressProcess.setup(name, installation().account())
        .variable("POD_NAMESPACE", Installation.NAMESPACE);
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
