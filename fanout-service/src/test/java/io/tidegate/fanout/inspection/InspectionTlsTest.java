package io.tidegate.fanout.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.fanout.inspection.InspectionServerTest.Fake;
import io.tidegate.fanout.topology.UserViews.Found;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances whose ports speak TLS, and ask for clients' certificates, each other's too. */
class InspectionTlsTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create("authority");

  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    AUTHORITY.issue("instance").write(folder);
    AUTHORITY.write(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private TlsFiles files(Path own) {
    return new TlsFiles(
        "TIDEGATE_FANOUT_TLS_",
        own.resolve("cert.pem"),
        own.resolve("key.pem"),
        folder.resolve("ca.pem"));
  }

  private int start(Fake fake) throws StartupException {
    WatchedTls own = WatchedTls.ofServer(files(folder));
    open.add(own);
    WatchedTls peers = WatchedTls.ofClient(files(folder));
    open.add(peers);
    InspectionServer server =
        InspectionServer.start("127.0.0.1", 0, new InspectionServer.Tls(own, peers), fake);
    open.add(server);
    return server.port();
  }

  @Test
  void ownerShouldBeAskedOverTlsWithACertificate() throws Exception {
    // Given
    Fake owner = new Fake(_ -> new Found.Here<>(InspectionServerTest.VIEW));
    int owners = start(owner);
    int port = start(new Fake(_ -> new Found.Elsewhere<>("127.0.0.1", owners)));
    Path own = Files.createDirectory(folder.resolve("own"));
    AUTHORITY.issue("operator").write(own);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/users/alice")).build();

    try (HttpClient client =
        HttpClient.newBuilder().sslContext(ClientTls.context(files(own))).build()) {
      // When
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

      // Then
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(owner.asked).hasSize(1);
    }
  }

  @Test
  void whoShowsNoCertificateShouldGetNoAnswer() throws Exception {
    // Given
    int port = start(new Fake(_ -> new Found.Nowhere<>()));
    TlsFiles none = new TlsFiles("C_", null, null, folder.resolve("ca.pem"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/health/live")).build();

    try (HttpClient client = HttpClient.newBuilder().sslContext(ClientTls.context(none)).build()) {
      // When
      // Then
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> client.send(request, BodyHandlers.ofString()));
    }
  }
}
