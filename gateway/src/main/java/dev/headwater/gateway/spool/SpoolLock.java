package dev.headwater.gateway.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One writer per spool directory. The kernel gives the lock back when the process ends, however it
 * ends, so that none is stale; the file itself stays.
 */
final class SpoolLock implements AutoCloseable {
  private final RandomAccessFile file;

  private SpoolLock(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @throws IOException that names the directory when somebody else has it
   */
  static SpoolLock take(Path directory) throws IOException {
    Path path = directory.resolve("lock");
    if (!Files.exists(path)) {
      PrivateFiles.createFile(path);
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      if (lock(file) != null) {
        return new SpoolLock(file);
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    throw new IOException(
        "spool directory " + directory + " is in use by another sink or another process");
  }

  private static @Nullable FileLock lock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (OverlappingFileLockException thisProcess) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // The end of the process gives it back.
    }
  }
}
