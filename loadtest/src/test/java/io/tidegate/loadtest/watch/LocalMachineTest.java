package io.tidegate.loadtest.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalMachineTest {
  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name.substring(0, name.indexOf('/'))));
    Files.writeString(root.resolve(name), text);
  }

  @Test
  void systemProcessorAndMemoryAreRead() throws IOException {
    file("etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    file(
        "proc/cpuinfo",
        "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\nmodel name\t: other\n");
    file("proc/meminfo", "MemTotal:       24684084 kB\nMemFree:        1 kB\n");

    assertThat(LocalMachine.of(root))
        .containsEntry(LocalMachine.OS, "Debian GNU/Linux 12 (bookworm)")
        .containsEntry(LocalMachine.CPU, "AMD EPYC")
        .containsEntry(LocalMachine.MEMORY, "25276502016")
        .hasSize(4);
  }

  @Test
  void whatCannotBeReadIsNotKnown() throws IOException {
    file("proc/cpuinfo", "Processor\t: ARMv8\nmodel name\t:  \n");
    file("proc/meminfo", "MemTotal: many kB\n");
    Map<String, String> machine = LocalMachine.of(root);

    assertThat(machine).containsOnlyKeys(LocalMachine.KERNEL);
    assertThat(machine.get(LocalMachine.KERNEL)).contains(System.getProperty("os.version", ""));
  }
}
