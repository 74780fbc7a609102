package dev.headwater.load.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Writes many objects to the API server as its administrator, over plain HTTP/1.1: several times as
 * fast as the client of all other tests. Each call blocks; many threads may call.
 */
final class BulkWriter implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final HttpClientAgent http;

  BulkWriter(Vertx vertx, Testbed testbed, int connections) throws IOException {
    http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(testbed.apiPort())
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setKeyPath(testbed.file("admin.key").toString())
                        .setCertPath(testbed.file("admin.crt").toString())),
            new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(-1));
  }

  /** Creates an Ingress, a Service or an EndpointSlice. */
  void create(HasMetadata object) throws Exception {
    send(HttpMethod.POST, collection(object), "application/json", Serialization.asJson(object));
  }

  /** Changes a part of one of them (RFC 7386). */
  void merge(HasMetadata object, String patch) throws Exception {
    send(
        HttpMethod.PATCH,
        collection(object) + "/" + object.getMetadata().getName(),
        "application/merge-patch+json",
        patch);
  }

  private static String collection(HasMetadata object) {
    String group = object.getApiVersion().contains("/") ? "/apis/" : "/api/";
    return group
        + object.getApiVersion()
        + "/namespaces/"
        + object.getMetadata().getNamespace()
        + "/"
        + object.getPlural();
  }

  private void send(HttpMethod method, String path, String type, String body) throws Exception {
    int status =
        http.request(method, path)
            .compose(request -> request.putHeader("content-type", type).send(Buffer.buffer(body)))
            .compose(response -> response.body().map(read -> response.statusCode()))
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (status >= 300) {
      throw new IOException(method + " " + path + ": " + status);
    }
  }

  @Override
  public void close() {
    http.close().toCompletionStage().toCompletableFuture().join();
  }
}
