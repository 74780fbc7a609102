package dev.headwater.gateway.demo;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a demo application is started with.
 *
 * @param zipkin where services and mesh proxies POST their spans, Zipkin v2 JSON; asked when spans
 *     leave, as it may be known only after the gateway in front has started
 * @param traceUi page that shows traces, linked from the voting page, or null for no link
 * @param voting how the voting service misbehaves
 * @param emoji how the emoji service misbehaves
 * @param random ids, chances and the bot's choices; has to be safe for use by several threads, as
 *     {@link java.util.Random} is
 */
public record DemoOptions(
    Supplier<URI> zipkin,
    Supplier<@Nullable URI> traceUi,
    Mischief voting,
    Mischief emoji,
    RandomGenerator random) {

  /** One vote in ten fails, one in ten takes its time, and so does one emoji look-up in twenty. */
  public static DemoOptions of(
      Supplier<URI> zipkin, Supplier<@Nullable URI> traceUi, RandomGenerator random) {
    return new DemoOptions(
        zipkin,
        traceUi,
        new Mischief(0.1, 0.1, Duration.ofMillis(200), Duration.ofMillis(900)),
        new Mischief(0.0, 0.05, Duration.ofMillis(100), Duration.ofMillis(400)),
        random);
  }
}
