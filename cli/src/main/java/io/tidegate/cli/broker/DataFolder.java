package io.tidegate.cli.broker;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder where one process keeps everything that must outlive it, locked while it is open. The
 * operating system frees the lock of a process that was killed.
 */
public final class DataFolder implements AutoCloseable {
  private static final String LOCK_FILE = "lock";

  private final Path path;
  private final FileChannel lockChannel;

  private DataFolder(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /** Where data lies unless told otherwise: {@code .tidegate} beside the tidegate script. */
  public static Path defaultPath() {
    return Path.of(System.getProperty("tidegate.home", "."), ".tidegate");
  }

  /** Where the data of a broker in a process of its own lies unless told otherwise. */
  public static Path defaultBrokerPath() {
    return defaultPath().resolve("broker");
  }

  /**
   * Whether {@link #open} would have it now; leaves nothing behind.
   *
   * @throws StartupException as {@link #open} does
   */
  public static void check(Path path) throws StartupException {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.exists(absolute.resolve(LOCK_FILE))) {
      try {
        open(absolute).close();
      } catch (IOException e) {
        throw new StartupException("data folder " + absolute + ": " + reason(e), e);
      }
      return;
    }
    Path there = absolute;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      String what = Files.isDirectory(there) ? "is not writable" : "is no folder";
      throw new StartupException(
          "data folder " + absolute + " can't be written: " + there + " " + what);
    }
  }

  /**
   * Makes the folder if it is not there, and locks it.
   *
   * @throws StartupException if another process has it, or it can't be written
   */
  public static DataFolder open(Path path) throws StartupException {
    Path absolute = path.toAbsolutePath().normalize();
    FileChannel channel;
    try {
      Files.createDirectories(absolute);
      channel =
          FileChannel.open(
              absolute.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StartupException("data folder " + absolute + " can't be written: " + reason(e), e);
    }
    try {
      if (lock(channel) == null) {
        String owner = owner(channel);
        channel.close();
        throw new StartupException("data folder " + absolute + " is in use by process " + owner);
      }
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DataFolder(absolute, channel);
    } catch (IOException e) {
      throw new StartupException("data folder " + absolute + " can't be locked: " + reason(e), e);
    }
  }

  /** Absolute. */
  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      // One byte far beyond the text, so that systems with mandatory locks still let it be read.
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    String pid = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    return pid.isEmpty() ? "(unknown)" : pid;
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
