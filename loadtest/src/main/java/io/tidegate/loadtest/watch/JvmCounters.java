package io.tidegate.loadtest.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a HotSpot JVM tells of itself in a file that whoever may read it reads, as {@code jstat}
 * does: {@code /tmp/hsperfdata_USER/PID}. There is none where it runs with {@code
 * -XX:-UsePerfData}. Its layout is not promised by anyone, so what is not as expected is not known.
 */
final class JvmCounters {
  private static final int MAGIC = 0xcafec0c0;
  private static final int LITTLE = 1;
  private static final int HEADER = 32;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_COLLECTORS = 8;

  private final Map<String, Long> numbers = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();

  private JvmCounters() {}

  /** The file of a process; null: there is none that may be read. */
  static @Nullable Path file(Path temporary, long pid) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, "hsperfdata_*")) {
      for (Path folder : folders) {
        Path file = folder.resolve(Long.toString(pid));
        if (Files.isReadable(file) && Files.size(file) <= MOST_BYTES) {
          return file;
        }
      }
    } catch (IOException e) {
      // Then it is not known.
    }
    return null;
  }

  /**
   * @throws IOException if it cannot be read, or is not as expected
   */
  static JvmCounters read(Path file) throws IOException {
    try {
      JvmCounters counters = new JvmCounters();
      counters.parse(ByteBuffer.wrap(Files.readAllBytes(file)));
      return counters;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(file + " is not as expected", e);
    }
  }

  private void parse(ByteBuffer bytes) {
    if (bytes.getInt(0) != MAGIC) {
      throw new IllegalArgumentException("magic");
    }
    bytes.order(bytes.get(4) == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int at = Math.max(HEADER, bytes.getInt(24));
    int entries = bytes.getInt(28);
    for (int i = 0; i < entries; i++) {
      int length = bytes.getInt(at);
      if (length <= 0) {
        throw new IllegalArgumentException("entry");
      }
      entry(bytes, at);
      at += length;
    }
  }

  /** Length, offset of the name, length of a vector, type, flags, unit, variability, offset. */
  private void entry(ByteBuffer bytes, int at) {
    String name = text(bytes, at + bytes.getInt(at + 4), MOST_BYTES);
    int vector = bytes.getInt(at + 8);
    int data = at + bytes.getInt(at + 16);
    switch (bytes.get(at + 12)) {
      case 'J' -> numbers.put(name, bytes.getLong(data));
      case 'B' -> texts.put(name, text(bytes, data, vector));
      default -> {}
    }
  }

  private static String text(ByteBuffer bytes, int from, int most) {
    int end = from;
    while (end - from < most && bytes.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - from];
    bytes.get(from, text);
    return new String(text, UTF_8);
  }

  /** Of all its collectors, since it began; NaN: not known. */
  double gcSeconds() {
    double frequency = numbers.getOrDefault("sun.os.hrt.frequency", 0L);
    double ticks = Double.NaN;
    for (int i = 0; i < MOST_COLLECTORS && frequency > 0; i++) {
      Long time = numbers.get("sun.gc.collector." + i + ".time");
      if (time != null) {
        ticks = (Double.isNaN(ticks) ? 0 : ticks) + time;
      }
    }
    return ticks / frequency;
  }

  /** Of the JVM; empty: not known. */
  String version() {
    return texts.getOrDefault("java.property.java.vm.version", "");
  }
}
