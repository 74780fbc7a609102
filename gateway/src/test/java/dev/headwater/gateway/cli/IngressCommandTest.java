package dev.headwater.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.cluster.ClusterOptions;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.kubernetes.ObjectName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngressCommandTest {
  private final List<ClusterOptions> started = new ArrayList<>();

  private CommandLineRun line() {
    return new CommandLineRun()
        .ingress(
            launch -> {
              started.add(launch.options());
              throw new IOException("no cluster in this test");
            });
  }

  @Test
  void inAPod_noFlagIsNeeded() {
    line()
        .environment("POD_NAMESPACE", "headwater")
        .environment("POD_NAME", "headwater-1")
        .environment("HOST_IP", "192.0.2.9")
        .run("ingress");

    ClusterOptions options = started.get(0);
    assertThat(options.policy().configMap())
        .isEqualTo(new ObjectName("ConfigMap", "headwater", "headwater"));
    assertThat(options.policy().className()).isEqualTo("headwater");
    assertThat(options.policy().adoptNginx()).isFalse();
    assertThat(options.identity()).isEqualTo("headwater-1");
    assertThat(options.namespace()).isEqualTo("headwater");
    assertThat(options.publishAddresses()).containsExactly("192.0.2.9");
    assertThat(options.listSecrets()).isFalse();
  }

  @Test
  void flags_winOverThePod() {
    line()
        .environment("POD_NAMESPACE", "headwater")
        .environment("HOST_IP", "192.0.2.9")
        .run(
            "ingress",
            "--configmap=ingress/settings",
            "--adopt-class=nginx",
            "--http=127.0.0.1:80",
            "--https=[::1]:443",
            "--publish-address=127.0.0.1",
            "--default-certificate=tls/wild");

    ClusterOptions options = started.get(0);
    assertThat(options.policy().configMap())
        .isEqualTo(new ObjectName("ConfigMap", "ingress", "settings"));
    assertThat(options.policy().adoptNginx()).isTrue();
    assertThat(options.policy().addresses().http()).isEqualTo(new BindAddress("127.0.0.1", 80));
    assertThat(options.policy().addresses().https()).isEqualTo(new BindAddress("::1", 443));
    assertThat(options.policy().defaultCertificate())
        .isEqualTo(new ObjectName("Secret", "tls", "wild"));
    assertThat(options.publishAddresses()).containsExactly("127.0.0.1");
  }

  @Test
  void cannotStart_isToldInOneLine() {
    CommandLineRun.Result result = line().run("ingress");

    assertThat(result.exitCode()).isEqualTo(ExitCode.CANNOT_START);
    assertThat(result.err()).contains("no cluster in this test; check --kubeconfig");
  }

  @Test
  void wrongFlags_areToldWithWhatIsExpected() {
    assertThat(line().run("ingress", "--configmap=settings").err())
        .contains("--configmap: settings (expected NAMESPACE/NAME)");
    assertThat(line().run("ingress", "--http=127.0.0.1:70000").err())
        .contains("--http: 127.0.0.1:70000 (expected ADDRESS:PORT");
    assertThat(line().run("ingress", "--adopt-class=traefik").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(
            line()
                .run("ingress", "--publish-service=a/b", "--publish-address=192.0.2.1")
                .exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(started).isEmpty();
  }

  @Test
  void kubeconfigThatIsNotThere_isToldBeforeAnythingStarts() {
    CommandLineRun.Result result = line().run("ingress", "--kubeconfig=/nowhere/config");

    assertThat(result.exitCode()).isEqualTo(ExitCode.CANNOT_START);
    assertThat(result.err()).contains("--kubeconfig: /nowhere/config (expected a readable file)");
    assertThat(started).isEmpty();
  }
}
