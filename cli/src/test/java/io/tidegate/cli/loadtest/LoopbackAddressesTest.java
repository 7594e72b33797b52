package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.run.RunOptions;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class LoopbackAddressesTest {
  private static final URI LOCAL = URI.create("http://127.0.0.1:8081");

  private static List<String> from(int devices, URI delivery, List<InetAddress> given) {
    Profile profile =
        ProfileReader.read("test", "users: " + devices + "\nphases: [{for: 1s, rate: 1}]\n");
    RunOptions options =
        new RunOptions(
            "1",
            "",
            Map.of(),
            new Names("load"),
            1,
            1,
            given,
            null,
            false,
            Duration.ZERO,
            1,
            Map.of(),
            false,
            false);
    return LoopbackAddresses.in(options, profile, delivery).from().stream()
        .map(InetAddress::getHostAddress)
        .toList();
  }

  @Test
  void oneProcessShouldHaveAsManyAsItsDevicesNeedPorts() {
    assertThat(from(20_000, LOCAL, List.of())).isEmpty();
    assertThat(from(20_001, LOCAL, List.of())).containsExactly("127.0.0.2", "127.0.0.3");
    assertThat(from(50_000, URI.create("http://localhost:8081"), List.of()))
        .containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.4");
  }

  @Test
  void thoseThatAreGivenShouldBeTaken() {
    List<InetAddress> given = List.of(InetAddress.getLoopbackAddress());

    assertThat(from(50_000, LOCAL, given)).containsExactly("127.0.0.1");
  }

  @Test
  void anotherMachineShouldBeReachedAsTheSystemChooses() {
    assertThat(from(50_000, URI.create("http://10.0.0.2:8081"), List.of())).isEmpty();
  }

  @Test
  void processesShouldHaveNoneTogether() {
    assertThat(LoopbackAddresses.of(0, 500)).containsExactly("127.0.0.2");
    assertThat(LoopbackAddresses.of(1, 500)).containsExactly("127.0.0.3");
    assertThat(LoopbackAddresses.of(1, 25_000)).containsExactly("127.0.0.4", "127.0.0.5");
  }
}
