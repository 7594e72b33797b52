package io.tidegate.cli.send;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.StubIngest;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a request that nobody answers for good; the rest is in EndpointsCommandTest. */
final class RestClientTest {
  private final RestClient client =
      new RestClient(CallerKey.NONE, OutgoingTls.NONE, Duration.ofMillis(1));

  @Test
  void serviceThatStaysWithoutCapacityShouldBeGivenUpWithItsReason() throws Exception {
    try (StubIngest ingest = new StubIngest()) {
      // Given
      URI at = URI.create(ingest.url() + "/v1/users/a/endpoints");
      for (int i = 0; i < 100; i++) {
        ingest.reply(503, "{\"detail\":\"not read yet\"}");
      }

      // When // Then
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> client.ask("GET", at, null))
          .withMessage("ingest did not do GET " + at + " within 0 s; at last: not read yet (503)");
    }
  }

  @Test
  void serverThatHangsUpShouldBeSuspectedOfTls() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      // Given
      var _ =
          Thread.ofVirtual()
              .start(
                  () -> {
                    // The client comes again by itself.
                    while (!server.isClosed()) {
                      try (Socket socket = server.accept()) {
                        var _ = socket.getInputStream().read();
                      } catch (IOException e) {
                        // The test is over, or it is the client that went.
                      }
                    }
                  });
      URI at = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");

      // When // Then
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> client.ask("GET", at, null))
          .withMessageStartingWith("no ingest service at " + at)
          .withMessageEndingWith("; perhaps it speaks TLS (https://)");
    }
  }
}
