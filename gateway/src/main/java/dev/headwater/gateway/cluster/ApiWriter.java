package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ControllerPolicy;
import io.fabric8.kubernetes.api.model.MicroTimeBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;

/** Writes through the API server. */
final class ApiWriter implements ClusterWriter {
  /** Events of objects without a namespace are kept here. */
  private static final String DEFAULT_NAMESPACE = "default";

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Not found, conflict (another uid), unprocessable (immutable uid), gone. */
  private static final Set<Integer> ANOTHER_OBJECT = Set.of(404, 409, 410, 422);

  private static final int ALREADY_THERE = 409;
  private static final int NAMESPACE_DIES = 403;

  private static final Map<String, String> API_VERSIONS =
      Map.of(
          "Ingress", "networking.k8s.io/v1",
          "IngressClass", "networking.k8s.io/v1",
          "ConfigMap", "v1",
          "Secret", "v1",
          "Service", "v1");

  private final KubernetesClient client;
  private final String identity;
  private final Clock clock;

  ApiWriter(KubernetesClient client, String identity, Clock clock) {
    this.client = client;
    this.identity = identity;
    this.clock = clock;
  }

  @Override
  public void status(StatusChange change) throws WriteException {
    // With an item at hand the client does not read the object first, for which it has no right.
    Ingress target =
        new IngressBuilder()
            .withNewMetadata()
            .withNamespace(change.namespace())
            .withName(change.name())
            .endMetadata()
            .build();
    try {
      client
          .network()
          .v1()
          .ingresses()
          .resource(target)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), change.patch());
    } catch (KubernetesClientException e) {
      if (!ANOTHER_OBJECT.contains(e.getCode())) {
        throw failed("status of Ingress " + change.namespace() + "/" + change.name(), e);
      }
    }
  }

  @Override
  public void event(EventNote note) throws WriteException {
    String home = note.object().namespace();
    String namespace = home.isEmpty() ? DEFAULT_NAMESPACE : home;
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(note.name())
            .withNamespace(namespace)
            .endMetadata()
            .withEventTime(new MicroTimeBuilder().withTime(MICROS.format(clock.instant())).build())
            .withReportingController(ControllerPolicy.CONTROLLER)
            .withReportingInstance(identity)
            .withAction("Compile")
            .withReason(note.reason())
            .withType(note.warning() ? "Warning" : "Normal")
            .withNote(note.text())
            .withNewRegarding()
            .withApiVersion(API_VERSIONS.get(note.object().kind()))
            .withKind(note.object().kind())
            .withNamespace(home.isEmpty() ? null : home)
            .withName(note.object().name())
            .withUid(note.uid())
            .endRegarding()
            .build();
    try {
      client.events().v1().events().inNamespace(namespace).resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != ALREADY_THERE && !dies(e)) {
        throw failed("Event about " + note.object(), e);
      }
    }
  }

  /** Nothing is created in a namespace that is being deleted. */
  private static boolean dies(KubernetesClientException e) {
    return e.getCode() == NAMESPACE_DIES
        && String.valueOf(e.getMessage()).contains("being terminated");
  }

  private static WriteException failed(String what, KubernetesClientException e) {
    return new WriteException(what + " cannot be written: " + e.getMessage(), e);
  }
}
