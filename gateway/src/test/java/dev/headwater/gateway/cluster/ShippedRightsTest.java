package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.kubernetes.NeededRights;
import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.RightsYaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rights that {@code --rbac} prints beside those that the manifests ship. */
class ShippedRightsTest {
  private static final Path SHIPPED = Path.of("../deploy/kubernetes/10-rbac.yaml");

  private static List<HasMetadata> objects(String yaml) {
    KubernetesSerialization reader = new KubernetesSerialization();
    return Arrays.stream(yaml.split("(?m)^---$"))
        .map(each -> (HasMetadata) reader.unmarshal(each, HasMetadata.class))
        .filter(each -> !(each instanceof ServiceAccount))
        .toList();
  }

  @Test
  void whereNothingIsNamedTheyAreTheSame() throws Exception {
    NeededRights none =
        new NeededRights(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    String printed =
        RightsYaml.of(none, new ObjectName("ServiceAccount", "headwater", "headwater"));

    assertThat(objects(printed))
        .hasSize(4)
        .isEqualTo(objects(Files.readString(SHIPPED, StandardCharsets.UTF_8)));
  }
}
