package dev.headwater.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToldLockTest {
  private static final LeaderElectionRecord RECORD =
      new LeaderElectionRecord(
          "replica",
          Duration.ofSeconds(15),
          ZonedDateTime.of(2026, 11, 1, 0, 0, 0, 0, ZoneOffset.UTC),
          ZonedDateTime.of(2026, 11, 1, 0, 0, 0, 0, ZoneOffset.UTC),
          0);

  private final KubernetesClient nobody = new KubernetesClientBuilder().build();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = new LoggerContext().getLogger("lease");
  private final Scripted scripted = new Scripted();
  private final ToldLock lock = new ToldLock(scripted, logger);

  /** A lock whose server answers as it is told. */
  private static final class Scripted implements Lock {
    private int code;

    private void answer() {
      if (code != 0) {
        throw new KubernetesClientException("no", code, null);
      }
    }

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      answer();
      return RECORD;
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      answer();
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      answer();
    }

    @Override
    public String identity() {
      return "replica";
    }

    @Override
    public String describe() {
      return "Lease ns/name";
    }
  }

  @BeforeEach
  void listens() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void closes() {
    nobody.close();
  }

  private List<String> told() {
    return lines.list.stream().map(line -> line.getLevel() + " " + line).toList().stream()
        .map(line -> line.replaceFirst("^(\\w+) \\[\\w+\\] ", "$1 "))
        .toList();
  }

  @Test
  void serverThatIsAwayIsToldOnce_andItsReturnOnce() {
    scripted.code = 503;
    for (int i = 0; i < 300; i++) {
      assertThatThrownBy(() -> lock.get(nobody)).isInstanceOf(KubernetesClientException.class);
    }
    assertThat(told()).containsExactly("WARN Lease ns/name cannot be asked, tried again: no");
    scripted.code = 0;
    assertThat(lock.get(nobody)).isSameAs(RECORD);
    assertThat(lock.get(nobody)).isSameAs(RECORD);
    assertThat(told()).hasSize(2).last().isEqualTo("INFO Lease ns/name can be asked again");
    scripted.code = 403;
    assertThatThrownBy(() -> lock.create(nobody, RECORD))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(told()).hasSize(3);
  }

  @Test
  void replicaThatWasFasterIsNoTrouble() {
    scripted.code = 409;
    assertThatThrownBy(() -> lock.update(nobody, RECORD))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(told()).isEmpty();
  }
}
