package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.annotated;
import static dev.headwater.routes.kubernetes.Cluster.endpoints;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.report;
import static dev.headwater.routes.kubernetes.Cluster.serviceOf;
import static dev.headwater.routes.kubernetes.Cluster.sliceOf;
import static dev.headwater.routes.kubernetes.Cluster.upstream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.Upstream;
import dev.headwater.sampling.propagation.TraceFormat;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendsTest {
  private static final String UPSTREAM = "s/web:80";

  private final Cluster cluster = new Cluster().with(ingress("s", "web", "a.test"));

  @Test
  void serviceMissing_hasNoEndpointsAndIsTold() {
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).isEmpty();
    assertThat(report(compilation, "Ingress s/web").accepted()).isTrue();
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("backend.service.name: web", "requests get 503");
  }

  @Test
  void port_thatTheServiceHasNot_hasNoEndpointsAndIsTold() {
    cluster.service("s", "web");
    cluster.services.set(
        0,
        serviceOf("s", "web")
            .editSpec()
            .editFirstPort()
            .withPort(8080)
            .withName("http")
            .endPort()
            .endSpec()
            .build());
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).isEmpty();
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("backend.service.port: 80", "http 8080");
  }

  @Test
  void namedPort_isFoundByNameAndInSlicesToo() {
    cluster.ingresses.set(0, byPortName("http").build());
    cluster.services.add(
        serviceOf("s", "web")
            .editSpec()
            .editFirstPort()
            .withName("http")
            .endPort()
            .addNewPort()
            .withName("metrics")
            .withPort(81)
            .endPort()
            .endSpec()
            .build());
    cluster.slice("s", "web", "a", "IPv4", "http", "10.0.0.1");
    cluster.slice("s", "web", "b", "IPv4", "metrics", "10.0.0.9");
    assertThat(endpoints(cluster.compiled(), UPSTREAM)).containsExactly("10.0.0.1:8080");
  }

  private static IngressBuilder byPortName(String port) {
    return Cluster.rule(
        ingress("s", "web"),
        "a.test",
        new HTTPIngressPathBuilder()
            .withPathType("Prefix")
            .withPath("/")
            .withNewBackend()
            .withNewService()
            .withName("web")
            .withNewPort()
            .withName(port)
            .endPort()
            .endService()
            .endBackend()
            .build());
  }

  @Test
  void resource_isRefused() {
    cluster.ingresses.set(
        0,
        Cluster.rule(
                ingress("s", "web"),
                "a.test",
                new HTTPIngressPathBuilder()
                    .withPathType("Prefix")
                    .withPath("/")
                    .withNewBackend()
                    .withNewResource("example.com", "Bucket", "pictures")
                    .endBackend()
                    .build())
            .build());
    Compilation compilation = cluster.compiled();
    assertThat(compilation.configuration().routes()).isEmpty();
    assertThat(report(compilation, "Ingress s/web").accepted()).isFalse();
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("backend.resource: Bucket pictures", "expected a service");
  }

  // Endpoints.

  @Test
  void slices_areTakenTogether_anAddressOnce() {
    cluster.service("s", "web");
    cluster.slice("s", "web", "b", "IPv4", null, "10.0.0.2", "10.0.0.1");
    cluster.slice("s", "other", "c", "IPv4", null, "10.0.0.8");
    cluster.slice("t", "web", "d", "IPv4", null, "10.0.0.9");
    assertThat(endpoints(cluster.compiled(), UPSTREAM))
        .containsExactly("10.0.0.1:8080", "10.0.0.2:8080");
  }

  @ParameterizedTest
  @CsvSource({
    // ready, serving, terminating of the first; the same of the second
    "true true false, false false false, 1",
    "true true false, false true true, 1",
    "false true true, false true true, 12",
    "false false false, false true true, 2",
    "false false false, false false false, ''",
    "null null null, null null true, 1",
    "null null null, null null null, 12"
  })
  void conditions_readyOnes_elseThoseThatServe(String first, String second, String expected) {
    cluster.services.add(serviceOf("s", "web").build());
    EndpointSliceBuilder slice = sliceOf("s", "web", "a", "IPv4", null);
    add(slice, "10.0.0.1", first);
    add(slice, "10.0.0.2", second);
    cluster.slices.add(slice.build());
    assertThat(endpoints(cluster.compiled(), UPSTREAM))
        .containsExactlyElementsOf(
            expected.chars().mapToObj(c -> "10.0.0." + (char) c + ":8080").toList());
  }

  private static void add(EndpointSliceBuilder slice, String address, String conditions) {
    String[] each = conditions.split(" ", 3);
    slice
        .addNewEndpoint()
        .withAddresses(address)
        .withNewConditions()
        .withReady(truth(each[0]))
        .withServing(truth(each[1]))
        .withTerminating(truth(each[2]))
        .endConditions()
        .endEndpoint();
  }

  private static @Nullable Boolean truth(String text) {
    return text.equals("null") ? null : Boolean.valueOf(text);
  }

  @ParameterizedTest
  @CsvSource({"IPv4, 10.0.0.1:8080", "IPv6, [fd00::1]:8080"})
  void dualStack_eachPodOnce_byTheFamilyOfTheService(String family, String expected) {
    cluster.services.add(serviceOf("s", "web").editSpec().withIpFamilies(family).endSpec().build());
    cluster.slices.add(pod(sliceOf("s", "web", "4", "IPv4", null), "10.0.0.1").build());
    cluster.slices.add(pod(sliceOf("s", "web", "6", "IPv6", null), "fd00:0::1").build());
    assertThat(endpoints(cluster.compiled(), UPSTREAM)).containsExactly(expected);
  }

  private static EndpointSliceBuilder pod(EndpointSliceBuilder slice, String address) {
    return slice
        .addNewEndpoint()
        .withAddresses(address)
        .withNewTargetRef()
        .withKind("Pod")
        .withName("web-1")
        .withUid("1")
        .endTargetRef()
        .endEndpoint();
  }

  @Test
  void dualStack_withoutPods_isAllOfThem() {
    cluster.services.add(serviceOf("s", "web").build());
    cluster.slice("s", "web", "4", "IPv4", null, "10.0.0.1");
    cluster.slice("s", "web", "6", "IPv6", null, "fd00::1");
    cluster.slice("s", "web", "n", "FQDN", null, "a.example");
    assertThat(endpoints(cluster.compiled(), UPSTREAM))
        .containsExactly("10.0.0.1:8080", "[fd00::1]:8080");
  }

  @Test
  void slices_ofAThousandEndpoints_areAllThere() {
    cluster.services.add(serviceOf("s", "web").build());
    for (int slice = 0; slice < 12; slice++) {
      String[] addresses = new String[100];
      for (int i = 0; i < 100; i++) {
        addresses[i] = "10.0." + slice + "." + i;
      }
      cluster.slice("s", "web", "" + slice, "IPv4", null, addresses);
    }
    assertThat(endpoints(cluster.compiled(), UPSTREAM)).hasSize(1200);
  }

  // Other kinds of Services.

  @Test
  void externalName_isAnEndpointByName() {
    cluster.services.add(external("api.Example.com").build());
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).containsExactly("api.example.com:80");
    assertThat(upstream(compilation, UPSTREAM).endpoints()).allMatch(Endpoint::abroad);
  }

  @Test
  void externalName_withoutPorts_takesTheNumberOfTheIngress() {
    cluster.services.add(external("api.example.com").editSpec().withPorts().endSpec().build());
    assertThat(endpoints(cluster.compiled(), UPSTREAM)).containsExactly("api.example.com:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "x.localhost", "127.0.0.1", "169.254.169.254", "a b", ""})
  void externalName_thatIsNoOtherHost_isRefused(String name) {
    cluster.services.add(external(name).build());
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).isEmpty();
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("the name of another host");
  }

  private static ServiceBuilder external(String name) {
    return serviceOf("s", "web")
        .editSpec()
        .withType("ExternalName")
        .withExternalName(name)
        .endSpec();
  }

  @ParameterizedTest
  @CsvSource({"nginx.ingress.kubernetes.io/service-upstream, true", "headwater.dev/mesh, linkerd"})
  void clusterAddress_standsForThePods(String annotation, String value) {
    cluster.service("s", "web");
    cluster.ingresses.set(0, annotated(ingress("s", "web", "a.test"), annotation, value).build());
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, "s/web:80@web")).containsExactly("10.96.0.1:80");
  }

  @Test
  void clusterAddress_ofAHeadlessService_isItsPods() {
    cluster.service("s", "web");
    cluster.services.set(
        0, serviceOf("s", "web").editSpec().withClusterIP("None").endSpec().build());
    cluster.ingresses.set(
        0, annotated(ingress("s", "web", "a.test"), "headwater.dev/mesh", "linkerd").build());
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, "s/web:80@web")).containsExactly("10.0.0.1:8080");
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("no address of its own");
  }

  @Test
  void mesh_ofTheController_holdsUnlessTheIngressSaysNone() {
    cluster.service("s", "web").configMap("mesh", "linkerd");
    cluster.with(annotated(ingress("s", "plain", "b.test"), "headwater.dev/mesh", "none"));
    cluster.service("s", "plain");
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).containsExactly("10.96.0.1:80");
    assertThat(endpoints(compilation, "s/plain:80@plain")).containsExactly("10.0.0.1:8080");
  }

  @Test
  void meshInIngressMode_isToldTheNameOfEachService() {
    cluster.service("s", "web").configMap("mesh", "linkerd-ingress");
    cluster.with(annotated(ingress("s", "plain", "b.test"), "headwater.dev/mesh", "linkerd"));
    cluster.service("s", "plain");
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).containsExactly("10.96.0.1:80");
    assertThat(meshName(compilation, UPSTREAM)).isEqualTo("web.s.svc.cluster.local:80");
    assertThat(meshName(compilation, "s/plain:80@plain")).isNull();
  }

  @Test
  void meshInIngressMode_isToldNoNameOfAnotherHost() {
    cluster.services.add(external("api.example.com").build());
    cluster.configMap("mesh", "linkerd-ingress");
    Compilation compilation = cluster.compiled();
    assertThat(endpoints(compilation, UPSTREAM)).containsExactly("api.example.com:80");
    assertThat(meshName(compilation, UPSTREAM)).isNull();
  }

  private static @Nullable String meshName(Compilation compilation, String upstream) {
    return upstream(compilation, upstream).meshName();
  }

  @Test
  void inject_goesWithTheUpstreamOfTheIngress() {
    cluster.service("s", "web");
    cluster.with(
        annotated(ingress("s", "w3c", "b.test"), "headwater.dev/inject", "tracecontext, b3-multi")
            .editSpec()
            .editFirstRule()
            .withHttp(cluster.ingresses.get(0).getSpec().getRules().get(0).getHttp())
            .endRule()
            .endSpec());
    Compilation compilation = cluster.compiled();
    Upstream own = upstream(compilation, "s/web:80@w3c");
    assertThat(own.inject()).containsExactly(TraceFormat.TRACECONTEXT, TraceFormat.B3_MULTI);
    assertThat(upstream(compilation, UPSTREAM).inject()).isNull();
    assertThat(compilation.configuration().upstreams()).hasSize(2);
  }
}
