package dev.headwater.gateway.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes everything that can be scraped as Prometheus text or OpenMetrics, whichever the scraper's
 * Accept header prefers. Exemplars exist in OpenMetrics only. Safe for use from any thread; a
 * scrape costs time in proportion to the series, so call it off the loops.
 */
public final class Exposition {
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final List<MetricsSource> sources;

  /** An exposition that asks these besides the recorded numbers. */
  public Exposition(List<MetricsSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * All numbers as text.
   *
   * @param view what the loops recorded
   * @param accept the scraper's Accept header
   */
  public Text write(MetricsView view, @Nullable String accept) {
    ExpositionFormatWriter writer = writerFor(accept);
    SnapshotBuilder snapshots = new SnapshotBuilder();
    RequestMetrics.addTo(snapshots, view);
    sources.forEach(source -> source.collect(snapshots));
    ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
    try {
      writer.write(out, snapshots.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A byte array does not fail.
    }
    return new Text(writer.getContentType(), out.toByteArray());
  }

  /** The library also speaks protobuf where its optional part is present; we promise text only. */
  private ExpositionFormatWriter writerFor(@Nullable String accept) {
    boolean openMetrics =
        accept != null && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
    return openMetrics
        ? formats.getOpenMetricsTextFormatWriter()
        : formats.getPrometheusTextFormatWriter();
  }

  /**
   * A written exposition.
   *
   * @param contentType of the format chosen
   * @param body UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  public record Text(String contentType, byte[] body) {}
}
