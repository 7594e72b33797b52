package io.tidegate.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidegate.client.protocol.Cursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A cursor in a file: whoever reads it at whatever moment finds the old one or the new one. */
final class FileStore implements CursorStore {
  private static final int MOST_BYTES = 64;

  private final Path file;
  private final Path next;
  private final Path folder;

  FileStore(Path path) {
    file = path.toAbsolutePath();
    Path name = file.getFileName();
    Path parent = file.getParent();
    if (name == null || parent == null) {
      throw new IllegalArgumentException("store: " + path + " is no file");
    }
    next = file.resolveSibling(name + ".new");
    folder = parent;
  }

  @Override
  public @Nullable Cursor load() throws IOException {
    byte[] bytes = new byte[MOST_BYTES];
    int count;
    try (var in = Files.newInputStream(file)) {
      count = in.readNBytes(bytes, 0, MOST_BYTES);
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(folder)) {
        throw new NoSuchFileException(folder.toString());
      }
      return null;
    }
    try {
      return Cursor.parse(new String(bytes, 0, count, US_ASCII).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " has no cursor: remove it, or name another", e);
    }
  }

  @Override
  public void save(Cursor cursor) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = US_ASCII.encode(cursor + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder();
  }

  /**
   * The new name is on the disk; where folders cannot be opened, as on Windows, this is left out.
   */
  private void forceFolder() throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
