package io.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.testtls.TestAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutgoingTlsTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create("authority");

  @TempDir Path folder;

  private Map<String, String> environment() {
    return Map.of("TIDEGATE_TLS_CA", folder.resolve("ca.pem").toString());
  }

  @Test
  void serverOfTheAuthorityShouldBeTrustedAndElseNot() throws Exception {
    // Given
    AUTHORITY.issue("server").write(folder);
    AUTHORITY.write(folder);
    TlsFiles files =
        new TlsFiles("X_", folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (WatchedTls tls = WatchedTls.ofServer(files)) {
      server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.getAddress().getPort()))
              .build();

      try (HttpClient trusting = OutgoingTls.from(environment()).client().build();
          HttpClient other = OutgoingTls.from(Map.of()).client().build()) {
        // When
        int status = trusting.send(request, BodyHandlers.discarding()).statusCode();

        // Then
        assertThat(status).isEqualTo(204);
        assertThatExceptionOfType(SSLException.class)
            .isThrownBy(() -> other.send(request, BodyHandlers.discarding()));
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void missingFileShouldBeRefusedByItsVariable() {
    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> OutgoingTls.from(environment()))
        .withMessage("TIDEGATE_TLS_CA=" + folder.resolve("ca.pem") + ": there is no such file");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> OutgoingTls.from(Map.of("TIDEGATE_TLS_CERT", "c.pem")))
        .withMessage("TIDEGATE_TLS_KEY: required where TIDEGATE_TLS_CERT is set");
  }
}
