package io.tidegate.loadtest.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JvmCountersTest {
  private static final long PID = 42;

  @TempDir Path folder;

  private Path written(ByteOrder order, long young, long old) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1_000).order(order);
    bytes.order(ByteOrder.BIG_ENDIAN).putInt(0xcafec0c0);
    bytes.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 0)).put((byte) 2).order(order);
    bytes.position(24).putInt(32).putInt(4);
    number(bytes, "sun.os.hrt.frequency", 1_000);
    number(bytes, "sun.gc.collector.0.time", young);
    number(bytes, "sun.gc.collector.1.time", old);
    text(bytes, "java.property.java.vm.version", "25.0.1+8");
    Path file = folder.resolve("hsperfdata_somebody").resolve(Long.toString(PID));
    Files.createDirectories(folder.resolve("hsperfdata_somebody"));
    return Files.write(file, bytes.array());
  }

  private static void number(ByteBuffer bytes, String name, long value) {
    head(bytes, name, 0, 'J').putLong(value);
  }

  private static void text(ByteBuffer bytes, String name, String value) {
    byte[] vector = value.getBytes(StandardCharsets.UTF_8);
    head(bytes, name, 16, 'B').put(vector).put(new byte[16 - vector.length]);
  }

  private static ByteBuffer head(ByteBuffer bytes, String name, int vector, char type) {
    byte[] text = new byte[40];
    System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, text, 0, name.length());
    bytes.putInt(20 + text.length + Math.max(8, vector)).putInt(20).putInt(vector);
    bytes.put((byte) type).put(new byte[3]).putInt(20 + text.length);
    return bytes.put(text);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void collectorsAreAddedUp(boolean little) throws IOException {
    Path file = written(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, 1_500, 250);
    JvmCounters counters = JvmCounters.read(file);

    assertThat(JvmCounters.file(folder, PID)).isEqualTo(file);
    assertThat(counters.gcSeconds()).isEqualTo(1.75);
    assertThat(counters.version()).isEqualTo("25.0.1+8");
  }

  @Test
  void aProcessThatTellsNothingHasNoFile() {
    assertThat(JvmCounters.file(folder, PID)).isNull();
    assertThat(JvmCounters.file(folder.resolve("nowhere"), PID)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 40, 100, 199})
  void whatIsCutOrOfAnotherKindIsRefused(int length) throws IOException {
    Path file = written(ByteOrder.LITTLE_ENDIAN, 1, 1);
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), length));
    assertThatThrownBy(() -> JvmCounters.read(file)).isInstanceOf(IOException.class);

    Files.write(file, new byte[1_000]);
    assertThatThrownBy(() -> JvmCounters.read(file)).isInstanceOf(IOException.class);
  }

  @Test
  void aWatchedJvmHasItsCollections() throws IOException {
    Files.writeString(folder.resolve("stat"), "42 (java) S 1 42 42 0 -1 0 9 0 0 0 0 0 0 0 20 0");
    Files.writeString(folder.resolve("status"), "VmRSS:\t       2 kB\n");
    LocalProbe probe = new LocalProbe("broker", PID, folder, folder);
    written(ByteOrder.LITTLE_ENDIAN, 1_000, 0);
    probe.read(0, 1_000_000_000L);
    written(ByteOrder.LITTLE_ENDIAN, 1_200, 300);
    probe.read(1, 2_000_000_000L);

    assertThat(probe.watched().gauges())
        .containsEntry(Watched.GC_SECONDS, new Gauge(List.of(1), List.of(0.5)));
    assertThat(probe.watched().version()).isEqualTo("JVM 25.0.1+8");
  }
}
