package io.tidegate.contract.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.settings.Environment;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedTlsTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create("authority");
  private static final Duration OFTEN = Duration.ofMillis(20);

  @TempDir Path folder;

  private TlsFiles files;

  @BeforeEach
  void write() throws IOException {
    AUTHORITY.issue("first").write(folder);
    AUTHORITY.write(folder);
    files = new TlsFiles("X_TLS_", folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
  }

  private WatchedTls open(TlsFiles of) throws StartupException {
    return WatchedTls.open(of, true, OFTEN, new Handshakes(), InstantSource.system());
  }

  /** Who is at the other end of a handshake. */
  private String subject(WatchedTls tls, TlsFiles client) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = Thread.ofVirtual().start(() -> serve(listening, tls));
      try (SSLSocket socket =
          (SSLSocket)
              ClientTls.context(client)
                  .getSocketFactory()
                  .createSocket("127.0.0.1", listening.getLocalPort())) {
        socket.setSoTimeout(20_000);
        assertThat(socket.getInputStream().read()).isEqualTo('!');
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
      } finally {
        serving.join();
      }
    }
  }

  private static void serve(ServerSocket listening, WatchedTls tls) {
    try (Socket raw = listening.accept();
        SSLSocket socket =
            (SSLSocket) tls.context().getSocketFactory().createSocket(raw, null, false)) {
      socket.startHandshake();
      socket.getOutputStream().write('!');
    } catch (IOException e) {
      // The client tells.
    }
  }

  private TlsFiles client() {
    return new TlsFiles("Y_", null, null, folder.resolve("ca.pem"));
  }

  @Test
  void changedFilesShouldBeShownFromThenOn() throws Exception {
    try (WatchedTls tls = open(files)) {
      // Given
      assertThat(subject(tls, client())).isEqualTo("CN=first");

      // When
      AUTHORITY.issue("second").write(folder);

      // Then
      await().until(() -> tls.reloads() > 0 && subject(tls, client()).equals("CN=second"));
      assertThat(tls.expires()).isAfter(Instant.now());
    }
  }

  @Test
  void faultOfOursShouldBeCountedAndNotTheEnd() throws Exception {
    // Given
    AtomicInteger faults = new AtomicInteger();
    InstantSource clock =
        () -> {
          if (faults.getAndDecrement() > 0) {
            throw new StackOverflowError("deep");
          }
          return Instant.now();
        };
    try (WatchedTls tls = WatchedTls.open(files, true, OFTEN, new Handshakes(), clock)) {
      faults.set(2);

      // When
      AUTHORITY.issue("second").write(folder);

      // Then
      await().until(() -> tls.reloads() > 0 && subject(tls, client()).equals("CN=second"));
      assertThat(tls.refusals()).isGreaterThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"cert.pem", "key.pem"})
  void brokenFileShouldBeCountedOnceAndTheOldOneStay(String broken) throws Exception {
    try (WatchedTls tls = open(files)) {
      // When
      String good = Files.readString(folder.resolve(broken));
      Files.writeString(folder.resolve(broken), "nonsense");
      await().until(() -> tls.refusals() == 1);
      Files.delete(folder.resolve(broken));
      await().until(() -> tls.refusals() == 2);

      // Then
      assertThat(subject(tls, client())).isEqualTo("CN=first");
      Files.writeString(folder.resolve(broken), good);
      assertThat(subject(tls, client())).isEqualTo("CN=first");
      assertThat(tls.reloads()).isZero();
      assertThat(tls.refusals()).isEqualTo(2);
    }
  }

  @Test
  void clientWithoutACertificateOfTheAuthorityShouldGetNoConnection() throws Exception {
    // Given
    TlsFiles asking =
        new TlsFiles("X_TLS_", files.certificate(), files.key(), folder.resolve("ca.pem"));
    Path own = Files.createDirectory(folder.resolve("own"));
    AUTHORITY.issue("client").write(own);
    Path other = Files.createDirectory(folder.resolve("other"));
    TestAuthority.create("other").issue("client").write(other);

    try (WatchedTls tls = open(asking)) {
      // When
      String shown = subject(tls, with(own));

      // Then
      assertThat(shown).isEqualTo("CN=first");
      assertThatExceptionOfType(SSLException.class).isThrownBy(() -> subject(tls, client()));
      assertThatExceptionOfType(SSLException.class).isThrownBy(() -> subject(tls, with(other)));
      await().until(() -> tls.handshakes().size() == 0 && tls.handshakes().failed() == 2);
    }
  }

  private TlsFiles with(Path own) {
    return new TlsFiles(
        "Y_", own.resolve("cert.pem"), own.resolve("key.pem"), folder.resolve("ca.pem"));
  }

  @Test
  void handshakeThatStallsShouldBeEndedAndThoseBeyondTheBoundRefused() throws Exception {
    // Given
    Handshakes handshakes = new Handshakes(1, Duration.ofMillis(300));
    try (WatchedTls tls = WatchedTls.open(files, true, OFTEN, handshakes, InstantSource.system());
        ServerSocket listening = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        Socket stalling = new Socket()) {
      stalling.connect(listening.getLocalSocketAddress());
      stalling.setSoTimeout(20_000);
      Thread serving = Thread.ofVirtual().start(() -> serve(listening, tls));
      await().until(() -> handshakes.size() == 1);

      // When
      try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
          Socket second = listening.accept()) {
        assertThatExceptionOfType(SSLException.class)
            .isThrownBy(() -> tls.context().getSocketFactory().createSocket(second, null, false))
            .withMessage("there are 1 TLS handshakes already");
        assertThat(raw.isConnected()).isTrue();
      }

      // Then
      assertThat(stalling.getInputStream().read()).isEqualTo(-1);
      serving.join();
      // Its socket is closed before it is counted.
      await().until(() -> handshakes.size() == 0 && handshakes.failed() == 2);
    }
  }

  @Test
  void wrongFileShouldBeRefusedByItsVariableNameAndReason() throws Exception {
    // Given
    Path cert = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");

    // When
    // Then
    isRefused("X_TLS_CERT=" + cert + ": no PEM certificate", cert, "no");
    isRefused(
        "X_TLS_CERT=" + cert + ": a certificate in it cannot be read",
        cert,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    isRefused("X_TLS_KEY=" + key + ": no PEM key", key, "no");
    isRefused(
        "X_TLS_KEY=" + key + ": its key is a RSA PRIVATE KEY, want PKCS #8",
        key,
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    isRefused(
        "X_TLS_KEY=" + key + ": its key is no EC key, as the certificate wants",
        key,
        "-----BEGIN PRIVATE KEY-----\n" + rsa() + "\n-----END PRIVATE KEY-----\n");
    isRefused(
        "X_TLS_KEY=" + key + ": its key is not that of the certificate in " + cert,
        key,
        AUTHORITY.issue("another").keyPem());
    Files.delete(key);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> open(files))
        .withMessage("X_TLS_KEY=" + key + ": there is no such file");
  }

  private static String rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return Base64.getMimeEncoder()
        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
  }

  private void isRefused(String message, Path file, String content) throws IOException {
    String good = Files.readString(file);
    Files.writeString(file, content);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> open(files))
        .withMessageStartingWith(message);
    Files.writeString(file, good);
  }

  @Test
  void certificateOutOfItsTimeShouldBeRefused() throws Exception {
    // Given
    Instant now = Instant.now();
    Path cert = folder.resolve("cert.pem");

    // When
    AUTHORITY.issue("old", now.minusSeconds(99), now.minusSeconds(9)).write(folder);

    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> open(files))
        .withMessageStartingWith("X_TLS_CERT=" + cert + ": its certificate expired at ");
    AUTHORITY.issue("new", now.plusSeconds(99), now.plusSeconds(999)).write(folder);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> open(files))
        .withMessageStartingWith("X_TLS_CERT=" + cert + ": its certificate is not valid before ");
  }

  @Test
  void fileThatIsTooLargeShouldNotBeRead() throws Exception {
    // Given
    Files.write(folder.resolve("cert.pem"), new byte[(1 << 20) + 1]);

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> open(files))
        .withMessageEndingWith("cert.pem: is larger than 1 MiB");
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_CERT,      X_TLS_KEY: required where X_TLS_CERT is set",
    "TLS_KEY,       X_TLS_CERT: required where X_TLS_KEY is set",
    "TLS_CLIENT_CA, X_TLS_CERT: required where X_TLS_CLIENT_CA is set"
  })
  void halfASettingShouldBeRefusedByTheVariableThatIsMissing(String set, String message) {
    // When
    // Then
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Environment.read(
                    Map.of("X_" + set, "f.pem"),
                    "X_",
                    env -> Optional.ofNullable(TlsFiles.ofServer(env, "X_"))))
        .withMessage(message);
  }
}
