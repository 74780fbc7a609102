package dev.headwater.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.headwater.routes.LogPolicy;
import java.util.List;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The program's own log: standard error, as {@link LogPolicy} says. Done in code rather than in
 * XML, which would cost a start-up a tenth of a second and could not follow a reload.
 *
 * <p>Libraries are heard from severity warn on unless everything is asked for. {@code
 * java.util.logging}, which brave's reporter uses, ends up here too.
 */
final class Logging {
  private static final String TEXT = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0} - %msg%n";

  /**
   * The Kubernetes client warns of each attempt to reach an API server that is away, with stack
   * traces; our own cluster source says once what is missing.
   */
  private static final List<String> TOLD_BY_US =
      List.of(
          "io.fabric8.kubernetes.client.jdkhttp",
          "io.fabric8.kubernetes.client.informers",
          "io.fabric8.kubernetes.client.extended.leaderelection");

  private Logging() {}

  /** Until a configuration is known: only what may need a human. */
  static void quiet() {
    configure(new LogPolicy(LogPolicy.Level.WARN, LogPolicy.Format.TEXT));
  }

  /** Puts a policy in force, in place of the one before. */
  static void configure(LogPolicy policy) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(policy.format(), context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(librariesFrom(policy.level()));
    context.getLogger("dev.headwater").setLevel(level(policy.level()));
    if (policy.level() != LogPolicy.Level.DEBUG) {
      TOLD_BY_US.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    }
    bridge();
  }

  private static Encoder<ILoggingEvent> encoder(LogPolicy.Format format, LoggerContext context) {
    if (format == LogPolicy.Format.JSON) {
      JsonEncoder json = new JsonEncoder();
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithFormattedMessage(true);
      json.setContext(context);
      json.start();
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(TEXT);
    text.setContext(context);
    text.start();
    return text;
  }

  private static Level librariesFrom(LogPolicy.Level level) {
    return level == LogPolicy.Level.INFO ? Level.WARN : level(level);
  }

  private static Level level(LogPolicy.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
    };
  }

  private static void bridge() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      LogManager.getLogManager().reset();
      SLF4JBridgeHandler.install();
    }
  }
}
