package dev.headwater.gateway.cli;

import dev.headwater.routes.match.NormalPath;
import dev.headwater.routes.schema.Units;
import dev.headwater.sampling.force.ForceKey;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.force.ForceToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code headwater token}: the right to have requests traced, for somebody in no listed network.
 * The token alone goes to standard output, so that a script can take it; how to use it goes to
 * standard error.
 */
@Command(
    name = "token",
    header = "Make a token that forces traces, for whoever you give it to.",
    description = {
      "Signed with the key of tracing.sampling.force.keyFile: text of at least 16 bytes, such as",
      "what 'openssl rand -base64 32' prints. The token is good on every gateway with that key;",
      "a count is kept by each gateway for itself."
    },
    footer = {
      "  headwater token --key force.key --for 10m",
      "  headwater token --key force.key --for 1h --path /api/votes --count 20",
      "  curl -H \"headwater-force: $(headwater token --key force.key)\" https://vote.example.com/"
    })
final class TokenCommand extends CliCommand {
  private static final String LEAST = "1s";
  private static final String MOST = "720h";
  private static final int MOST_COUNT = 999_999_999;

  private final Surroundings surroundings;
  private final Clock clock;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "FILE",
      required = true,
      description = "File with the key; - for standard input.")
  private String key = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long it is good: " + LEAST + " to " + MOST + " (default: 10m).")
  private String time = "10m";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Only for this path and what is below it (default: every path).")
  private String path = ForceToken.ANY_PATH;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Only for so many requests on each gateway (default: no limit).")
  private @Nullable Integer count;

  TokenCommand(Surroundings surroundings) {
    this(surroundings, Clock.systemUTC());
  }

  TokenCommand(Surroundings surroundings, Clock clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    ForceToken token = token();
    ForceKey secret;
    try {
      secret = ForceKey.of(text());
    } catch (IOException | IllegalArgumentException unusable) {
      return refuse(key + ": " + unusable.getMessage());
    }
    out().println(token.signedBy(secret));
    out().flush();
    tell(token);
    return ExitCode.OK;
  }

  private ForceToken token() {
    long millis = Units.millis(time);
    if (millis < Units.millis(LEAST) || millis > Units.millis(MOST)) {
      throw misused("--for: " + time + " (expected " + LEAST + " to " + MOST + ")");
    }
    int uses = count == null ? 0 : count;
    if (count != null && (uses < 1 || uses > MOST_COUNT)) {
      throw misused("--count: " + uses + " (expected 1 to " + MOST_COUNT + ")");
    }
    String below = below();
    // Up to the next whole second, so that nobody gets less than was asked for.
    long expires = clock.instant().plusMillis(millis + 999).getEpochSecond();
    return new ForceToken(expires, new SecureRandom().nextLong(), uses, below);
  }

  /** The path as requests have it when they are matched. */
  private String below() {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    NormalPath normal = NormalPath.of(new String(bytes, StandardCharsets.ISO_8859_1));
    if (normal instanceof NormalPath.Refused refused) {
      throw misused("--path: " + path + " (" + refused.reason().text() + ")");
    }
    String below = ((NormalPath.Normal) normal).path();
    if (below.length() > ForceToken.MAX_PATH) {
      throw misused("--path: " + below.length() + " characters (expected at most 512)");
    }
    return below;
  }

  private ParameterException misused(String why) {
    return new ParameterException(spec().commandLine(), why);
  }

  private String text() throws IOException {
    if (key.equals("-")) {
      return new String(
          surroundings.in().readNBytes(2 * ForceKey.MAX_BYTES), StandardCharsets.UTF_8);
    }
    try {
      Path file = Path.of(key);
      if (Files.isDirectory(file)) {
        throw new IOException("a directory");
      }
      if (Files.size(file) > 2 * ForceKey.MAX_BYTES) {
        throw new IOException(Files.size(file) + " bytes are too many");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("no such file", e);
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8", e);
    } catch (InvalidPathException e) {
      throw new IOException("not a file name", e);
    }
  }

  private void tell(ForceToken token) {
    Instant until = Instant.ofEpochSecond(token.expires());
    boolean everywhere = token.path().equals(ForceToken.ANY_PATH);
    err()
        .println(
            "Good until "
                + until
                + (everywhere ? ", for every path" : ", for " + token.path() + " and below")
                + (token.count() == 0
                    ? "."
                    : ", for "
                        + token.count()
                        + (token.count() == 1 ? " request" : " requests")
                        + " on each gateway."));
    err().println("Send it with each request that is to be traced:");
    err().println("  curl -H \"" + ForcePolicy.HEADER + ": TOKEN\" ...");
    err().flush();
  }
}
