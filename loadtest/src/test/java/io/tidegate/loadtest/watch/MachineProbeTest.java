package io.tidegate.loadtest.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineProbeTest {
  @TempDir Path folder;

  private Path stat(String line) throws IOException {
    return Files.writeString(folder.resolve("stat"), line + "\ncpu0 9 9 9 9 9 9 9 9 9 9\n");
  }

  @Test
  void allThatIsNotIdleIsBusyAndGuestsCountOnce() throws IOException {
    // user nice system idle iowait irq softirq steal guest guest_nice
    MachineProbe probe = new MachineProbe(stat("cpu  100 0 50 1000 10 0 0 0 40 0"), Map.of());
    probe.read(0, 0);
    stat("cpu  200 20 80 3000 400 10 10 30 90 20");
    probe.read(1, 2_000_000_000L);

    assertThat(probe.watched().gauges())
        .containsExactly(Map.entry(Watched.CPU_CORES, new Gauge(List.of(1), List.of(1.0))));
  }

  @Test
  void machinesOfOtherHostsAreOthers() throws IOException {
    MachineProbe probe = new MachineProbe(stat("cpu  100 0 50 1000 10 0 0 0 40 0"), Map.of());

    assertThat(probe.watched().url()).isEqualTo(InetAddress.getLocalHost().getHostName());
  }

  @Test
  void whatIsNotAsItShouldBeIsAnError() throws IOException {
    MachineProbe probe = new MachineProbe(stat("cpu  a b c"), Map.of());

    assertThatThrownBy(() -> probe.read(0, 0)).isInstanceOf(IOException.class);
  }
}
