package dev.headwater.gateway.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The token of {@code admin.tokenFile}. The file is read at each question, so that another token
 * counts at once and a removed one no longer; white space around it does not count. Blocks on the
 * disk.
 */
final class AdminToken {
  /** Longer than any token; what is longer is some other file. */
  private static final int MAX_BYTES = 4096;

  private static final String SCHEME = "Bearer ";

  private final @Nullable String file;

  AdminToken(@Nullable String file) {
    this.file = file;
  }

  /** What a caller's claim comes to. */
  enum Verdict {
    /** The token is right. */
    GRANTED,
    /** There is none, or another. */
    DENIED,
    /** No file is configured: nobody may write. */
    OFF
  }

  /**
   * Compares, in a time that says nothing about how much of the token is right.
   *
   * @param authorization the header of that name, or null
   * @throws IOException when no token can be had, naming the key and the reason
   */
  Verdict verdict(@Nullable String authorization) throws IOException {
    if (file == null) {
      return Verdict.OFF;
    }
    byte[] token = token(file);
    return authorization != null
            && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            && MessageDigest.isEqual(
                token,
                authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8))
        ? Verdict.GRANTED
        : Verdict.DENIED;
  }

  private static byte[] token(String file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      String token = new String(content, StandardCharsets.UTF_8).strip();
      if (token.isEmpty() || content.length > MAX_BYTES) {
        throw new IOException(
            "admin.tokenFile: "
                + file
                + (token.isEmpty() ? " is empty" : " is too long")
                + " (expected a token of at most "
                + MAX_BYTES
                + " bytes)");
      }
      return token.getBytes(StandardCharsets.UTF_8);
    } catch (java.nio.file.FileSystemException unreadable) {
      throw new IOException(
          "admin.tokenFile: " + file + " cannot be read (expected a readable file)", unreadable);
    }
  }
}
