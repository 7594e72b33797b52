package io.tidegate.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FanoutServiceTest {
  @Test
  void unreachableKafkaShouldBeToldInTimeAndLeaveNoThread() throws IOException {
    // Given
    int nobodys;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobodys = socket.getLocalPort();
    }
    FanoutConfig config = FanoutConfig.defaults("127.0.0.1:" + nobodys).withPort(0);
    Set<String> before = threads();
    Instant began = Instant.now();

    // When
    assertThatThrownBy(() -> FanoutService.start(config))
        // Then
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "Kafka at 127.0.0.1:"
                + nobodys
                + " does not answer within 10 s; if it wants TLS or a login, TIDEGATE_KAFKA_CONFIG"
                + " is to say how");
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(threads()).isSubsetOf(before);
  }

  @Test
  void bootstrapServersThatAreNoneShouldBeNamed() {
    assertThatThrownBy(() -> FanoutService.start(FanoutConfig.defaults("no-port")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("Kafka address \"no-port\" is not usable");
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(it -> it.contains("fanout") || it.contains("kafka"))
        .collect(Collectors.toSet());
  }
}
