package dev.headwater.gateway.cluster;

import dev.headwater.routes.ServerCertificate;
import dev.headwater.routes.compile.CertificateReading;
import dev.headwater.routes.compile.CertificateReading.Usable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The connection to the API server. */
final class ClusterClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration REQUEST = Duration.ofSeconds(30);

  /** Bounds of the time from a lost watch to the next attempt, which is doubled up to 32 times. */
  static final Duration LEAST_RECONNECT = Duration.ofMillis(400);

  static final Duration MOST_RECONNECT = Duration.ofSeconds(1);

  private ClusterClient() {}

  /**
   * Opens a connection; the server itself is not asked for anything yet.
   *
   * @param kubeconfig or null for what {@code KUBECONFIG} names, otherwise the pod's service
   *     account
   * @throws IOException when that cannot be used
   */
  static KubernetesClient open(@Nullable Path kubeconfig) throws IOException {
    try {
      ConfigBuilder found =
          kubeconfig == null
              ? new ConfigBuilder()
              // Nothing of what variables and the home directory say besides.
              : new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
                  .withAutoConfigure(false);
      Config config =
          found
              .withConnectionTimeout((int) CONNECT.toMillis())
              .withRequestTimeout((int) REQUEST.toMillis())
              .withRequestRetryBackoffLimit(0)
              .withWatchReconnectInterval(reconnectMillis(ThreadLocalRandom.current()))
              .withWatchReconnectLimit(-1)
              .withUserAgent("headwater")
              .build();
      return client(config);
    } catch (KubernetesClientException | GeneralSecurityException e) {
      String from = kubeconfig == null ? "access to the cluster" : "--kubeconfig: " + kubeconfig;
      throw new IOException(from + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * A pause of this process' own. The library has no jitter: replicas that lost the API server in
   * the same moment would come back to it in the same moments, too.
   */
  static int reconnectMillis(RandomGenerator chance) {
    return chance.nextInt((int) LEAST_RECONNECT.toMillis(), (int) MOST_RECONNECT.toMillis() + 1);
  }

  /**
   * With a client certificate that we read ourselves: the library reads EC keys in their older
   * form, which k3s writes, with BouncyCastle only.
   */
  private static KubernetesClient client(Config config)
      throws IOException, GeneralSecurityException {
    KubernetesClientBuilder builder = new KubernetesClientBuilder().withConfig(config);
    String chain = pem(config.getClientCertData(), config.getClientCertFile());
    String key = pem(config.getClientKeyData(), config.getClientKeyFile());
    if (chain != null
        && key != null
        && CertificateReading.of("kubeconfig", chain, key) instanceof Usable usable) {
      config.setClientCertData(null);
      config.setClientCertFile(null);
      config.setClientKeyData(null);
      config.setClientKeyFile(null);
      KeyManager[] keys = keys(usable.certificate());
      TrustManager[] trusted = SSLUtils.trustManagers(config);
      builder.withHttpClientBuilderConsumer(http -> http.sslContext(keys, trusted));
    }
    return builder.build();
  }

  private static @Nullable String pem(@Nullable String data, @Nullable String file)
      throws IOException {
    if (data != null) {
      try {
        return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.ISO_8859_1);
      } catch (IllegalArgumentException notEncoded) {
        return data;
      }
    }
    return file == null ? null : Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
  }

  private static KeyManager[] keys(ServerCertificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] inMemory = new char[0];
    store.setKeyEntry(
        "client", certificate.key(), inMemory, certificate.chain().toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, inMemory);
    return factory.getKeyManagers();
  }
}
