package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.network.NetworkSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tracing.sampling.force}: who may have a trace for the asking. */
final class ForceKeys {
  static final String NAME = "force";
  static final String KEY_FILE_KEY = "keyFile";

  private static final Key<String> HEADER =
      Key.defaulted(
          "header",
          Tokens.forceHeader(),
          ForcePolicy.HEADER,
          "Header that asks; taken out of every request, whoever sent it");
  private static final Key<List<String>> NETWORKS =
      Key.defaulted(
          "networks",
          Addresses.networks(),
          "[]",
          "Callers whose 1 or true is enough; behind a believed proxy both have to be listed");
  private static final Key<String> KEY_FILE =
      Key.optional(
          KEY_FILE_KEY,
          Scalars.text(1, 4096),
          "File with the secret, 16 to 4096 bytes of text, that tokens of anybody are signed with;"
              + " relative to the configuration; watched");
  private static final Key<Integer> PER_SECOND =
      Key.defaulted(
          "perSecond",
          Scalars.integer(1, 1_000_000),
          "5",
          "Most traces forced in a second by one gateway; beyond it as if nobody had asked");
  private static final Key<ForcePolicy.As> AS =
      Key.defaulted(
          "as",
          Scalars.choice(List.of(ForcePolicy.As.values()), ForcePolicy.As::label),
          ForcePolicy.As.SAMPLED.label(),
          "What a forced trace is; debug is kept by every later sampler");

  static final Key<ForcePolicy> KEY =
      Key.optional(
          NAME,
          ObjectShape.of(ForceKeys::policy, HEADER, NETWORKS, KEY_FILE, PER_SECOND, AS),
          "Who may have a trace for the asking; absent for nobody");

  private ForceKeys() {}

  /** Without its key, which {@link ForceKeyFile} reads. */
  private static @Nullable ForcePolicy policy(Section section) {
    if (section.written(NETWORKS) == 0 && !section.isGiven(KEY_FILE)) {
      section.refuse("nobody may force", "expected networks or keyFile");
    }
    return new ForcePolicy(
        section.get(HEADER),
        NetworkSet.of(section.get(NETWORKS)),
        null,
        section.get(PER_SECOND),
        section.get(AS));
  }
}
