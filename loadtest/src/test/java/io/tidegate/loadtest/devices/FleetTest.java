package io.tidegate.loadtest.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.loadtest.devices.FleetSettings.Crowd;
import io.tidegate.loadtest.devices.FleetSettings.Dialing;
import io.tidegate.loadtest.devices.FleetSettings.Speech;
import io.tidegate.loadtest.devices.FleetSettings.StreamAcks;
import io.tidegate.loadtest.devices.FleetSettings.Target;
import io.tidegate.loadtest.devices.ScriptedWorker.Peer;
import io.tidegate.testtls.TestAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many devices, and what they are asked for. */
final class FleetTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  private final Told told = new Told();

  private static FleetSettings settings(URI url, int count, int loops, Dialing dialing) {
    return new FleetSettings(
        new Target(url, null), Crowd.of(count), Speech.DEFAULT, dialing, loops);
  }

  private static Dialing dialing(double perSecond, int atOnce, List<InetAddress> from) {
    return new Dialing(perSecond, atOnce, SECONDS, SECONDS, from, 1);
  }

  private static List<Peer> nextWelcomed(ScriptedWorker worker, int count, String mode)
      throws Exception {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(worker.nextWelcomed(mode, 0));
    }
    return peers;
  }

  @Test
  void manyShouldConnectBeCutAtOnceAndComeAgain() throws Exception {
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(FleetSettings.of(worker.url(), 200), told)) {
      // Given
      CompletableFuture<Void> opened = fleet.open();
      nextWelcomed(worker, 200, "fresh");
      opened.get(10, TimeUnit.SECONDS);
      assertThat(fleet.counts()).isEqualTo(new FleetCounts(200, 0, 200, 0, 0));

      // When
      fleet.cut(Devices.range(50, 100), false);

      // Then
      await().atMost(SECONDS).until(() -> fleet.counts().connected() == 100);
      List<Peer> again = nextWelcomed(worker, 100, "resumed");
      await().atMost(SECONDS).until(() -> fleet.counts().connected() == 200);
      assertThat(again.stream().map(peer -> peer.hello))
          .allMatch(hello -> hello.contains("resume"))
          .allMatch(hello -> hello.matches(".*user-(5[0-9]|[6-9][0-9]|1[0-4][0-9])'.*"));
      assertThat(fleet.counts().welcomedEver()).isEqualTo(200);
      worker.die();
    }
  }

  @Test
  void noMoreThanSoManyShouldBeOnTheirWayAtOnce() throws Exception {
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(settings(worker.url(), 5, 1, dialing(1_000, 2, List.of())), told)) {
      // Given
      var _ = fleet.open();
      Peer first = worker.nextSocket();
      Peer second = worker.nextSocket();
      assertThat(worker.within(200)).isNull();

      // When
      first.say(ScriptedWorker.welcome("fresh", 0));
      second.cut();

      // Then
      worker.nextSocket();
      worker.nextSocket();
      assertThat(worker.within(100)).isNull();
      worker.die();
    }
  }

  @Test
  void devicesShouldBeginAtTheirRate() throws Exception {
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(settings(worker.url(), 20, 2, dialing(40, 100, List.of())), told)) {
      // When
      long began = System.nanoTime();
      var _ = fleet.open();
      for (int i = 0; i < 20; i++) {
        worker.next();
      }

      // Then
      assertThat(System.nanoTime() - began).isGreaterThan(400_000_000L);
    }
  }

  @Test
  void localAddressesShouldBeUsedByTurns() throws Exception {
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet =
            new Fleet(
                settings(
                    worker.url(),
                    6,
                    1,
                    dialing(
                        1_000,
                        100,
                        List.of(
                            InetAddress.ofLiteral("127.0.0.1"),
                            InetAddress.ofLiteral("127.0.0.2"),
                            InetAddress.ofLiteral("127.0.0.3")))),
                told)) {
      // When
      var _ = fleet.open();

      // Then
      Map<String, Integer> from = new HashMap<>();
      for (int i = 0; i < 6; i++) {
        from.merge(worker.next().socket.getInetAddress().getHostAddress(), 1, Integer::sum);
      }
      assertThat(from).isEqualTo(Map.of("127.0.0.1", 2, "127.0.0.2", 2, "127.0.0.3", 2));
    }
  }

  @Test
  void whereNobodyListensItShouldBeToldAsRefused() throws Exception {
    URI url;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    try (Fleet fleet = new Fleet(FleetSettings.of(url, 1), told)) {
      var _ = fleet.open();

      told.expect("0 disconnected refused", "0 disconnected refused");
    }
  }

  @Test
  void helloThatIsNotAnsweredShouldEndInTime() throws Exception {
    Dialing dialing = new Dialing(1_000, 10, SECONDS, Duration.ofMillis(100), List.of(), 1);
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(settings(worker.url(), 1, 1, dialing), told)) {
      var _ = fleet.open();
      worker.nextSocket();

      told.expect("0 disconnected timeout");
    }
  }

  @Test
  void closeShouldLetAllLeaveAndReturnInTime() throws Exception {
    try (ScriptedWorker worker = new ScriptedWorker()) {
      Fleet fleet = new Fleet(FleetSettings.of(worker.url(), 2), told);
      CompletableFuture<Void> opened = fleet.open();
      List<Peer> peers = nextWelcomed(worker, 2, "fresh");
      opened.get(10, TimeUnit.SECONDS);

      long began = System.nanoTime();
      fleet.close();

      assertThat(System.nanoTime() - began).isLessThan(6_000_000_000L);
      for (Peer peer : peers) {
        assertThat(peer.hear()).isEqualTo("close 1000");
        assertThat(peer.isEnded()).isTrue();
      }
    }
  }

  @Test
  void faultOfWhoIsToldShouldBeKeptAndStopNobodyElse() throws Exception {
    DeviceEvents faulty =
        new DeviceEvents() {
          @Override
          public void welcomed(int device, String mode, long nanos) {
            if (device == 0) {
              throw new IllegalStateException("of the test");
            }
            told.welcomed(device, mode, nanos);
          }

          @Override
          public void readsAgain(int device) {}

          @Override
          public void shown(int device, long seq, String messageId, long nanos) {}

          @Override
          public void pushed(int device, int fresh, long nanos) {}

          @Override
          public void repeated(int device, long seq, boolean inSession) {}

          @Override
          public void reset(int device, long seq) {}

          @Override
          public void ackSent(int device, long oldestNanos, long nanos) {}

          @Override
          public void acked(int device, int messages) {}

          @Override
          public void ackRefused(int device, String answer, boolean forGood) {}

          @Override
          public void disconnected(int device, String code, long nanos) {
            told.disconnected(device, code, nanos);
          }

          @Override
          public void ticked(int loop, long late, long nanos) {}
        };
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(FleetSettings.of(worker.url(), 2), faulty)) {
      var _ = fleet.open();
      worker.nextWelcomed("fresh", 0);
      told.expect("0 disconnected fault");
      worker.nextWelcomed("fresh", 0);
      told.expect("1 welcomed fresh");
      assertThat(fleet.fault()).hasMessage("of the test");
      worker.die();
    }
  }

  @Test
  void aLoopThatPausesShouldBeToldToBeLateByAsMuch() throws Exception {
    DeviceEvents slow =
        new Told() {
          @Override
          public void shown(int device, long seq, String messageId, long nanos) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            super.shown(device, seq, messageId, nanos);
          }

          @Override
          public void ticked(int loop, long late, long nanos) {
            told.ticked(loop, late, nanos);
          }
        };
    try (ScriptedWorker worker = new ScriptedWorker();
        Fleet fleet = new Fleet(settings(worker.url(), 1, 2, Dialing.DEFAULT), slow)) {
      var _ = fleet.open();
      Peer peer = worker.nextWelcomed("fresh", 0);
      await().until(() -> told.lateTicks.size() == 2);
      told.lateTicks.clear();

      peer.say(ScriptedWorker.push(0, 1));

      // Of 30 that a pause of 300 ms held up, as many as came later than 100.
      await().until(() -> told.lateTicks.getOrDefault(0, 0) >= 15);
      worker.die();
    }
  }

  @Test
  void tlsShouldBeSpokenWithWorkersOfTheAuthorityAlone(@TempDir Path folder) throws Exception {
    TestAuthority authority = TestAuthority.create("authority");
    authority.write(folder);
    authority.issue("server").write(folder);
    TlsFiles files =
        new TlsFiles("X_", folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
    try (WatchedTls tls = WatchedTls.ofServer(files);
        ScriptedWorker worker = new ScriptedWorker(tls.context().getServerSocketFactory(), false);
        Fleet trusting =
            new Fleet(
                secured(worker, new TlsFiles("X_", null, null, folder.resolve("ca.pem"))), told);
        Fleet other = new Fleet(FleetSettings.of(worker.url(), 1), told)) {
      var _ = trusting.open();
      Peer peer = worker.nextWelcomed("fresh", 0);
      told.expect("0 welcomed fresh");
      peer.say(ScriptedWorker.push(0, 1));
      told.expect("0 shown 1 m1", "0 pushed 1");
      trusting.cut(Devices.ALL, true);
      told.expect("0 disconnected cut here");

      worker.nextWelcomed("resumed", 1);
      told.expect("0 welcomed resumed");
      trusting.leave(Devices.ALL);
      told.expect("0 disconnected left");
      var _ = other.open();
      Peer stranger = worker.next();
      assertThatIOException().isThrownBy(stranger::request);
      told.expect("0 disconnected tls");
      worker.die();
    }
  }

  private static FleetSettings secured(ScriptedWorker worker, TlsFiles files) throws Exception {
    return new FleetSettings(
        new Target(worker.url(), ClientTls.context(files)),
        Crowd.of(1),
        Speech.DEFAULT,
        Dialing.DEFAULT,
        1);
  }

  @Test
  void certificateShouldBeShownToWorkersThatAskForOne(@TempDir Path folder) throws Exception {
    TestAuthority authority = TestAuthority.create("authority");
    Path ca = authority.write(folder);
    Path client = Files.createDirectory(folder.resolve("client"));
    authority.issue("server").write(folder);
    authority.issue("client").write(client);
    TlsFiles server = new TlsFiles("X_", folder.resolve("cert.pem"), folder.resolve("key.pem"), ca);
    TlsFiles own = new TlsFiles("X_", client.resolve("cert.pem"), client.resolve("key.pem"), ca);
    try (WatchedTls tls = WatchedTls.ofServer(server);
        ScriptedWorker worker = new ScriptedWorker(tls.context().getServerSocketFactory(), true);
        Fleet known = new Fleet(secured(worker, own), told);
        Fleet unknown = new Fleet(secured(worker, new TlsFiles("X_", null, null, ca)), told)) {
      // When
      var _ = known.open();
      worker.nextWelcomed("fresh", 0);
      told.expect("0 welcomed fresh");
      var _ = unknown.open();
      Peer stranger = worker.next();

      // Then
      assertThatIOException().isThrownBy(stranger::request);
      worker.die();
    }
  }

  @Test
  void streamsShouldBeSpreadOverTheIndexes() {
    Speech third = new Speech(1 / 3.0, StreamAcks.REQUEST, 256, null);

    assertThat(IntStream.range(0, 3_000).filter(third::isStream).count()).isEqualTo(1_000);
    assertThat(IntStream.range(0, 9).filter(third::isStream).count()).isEqualTo(3);
    assertThat(IntStream.range(0, 100).noneMatch(Speech.DEFAULT::isStream)).isTrue();
    Speech all = new Speech(1, StreamAcks.REQUEST, 256, null);
    assertThat(IntStream.range(0, 100).allMatch(all::isStream)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a",
        "a:1",
        "http:///x",
        "http://u@a",
        "http://a?b",
        "http://a#b",
        "ws://a",
      })
  void urlThatIsNoneShouldBeNamed(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Target(URI.create(url), null))
        .withMessageStartingWith("url: want")
        .withMessageEndingWith(url);
  }

  @Test
  void settingsThatAreNotInRangeShouldBeNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Crowd.of(0))
        .withMessage("count: want 1 to 2147483647, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Speech(1.5, StreamAcks.WRITE, 1, null))
        .withMessage("streams: want 0 to 1, not 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Speech(1, StreamAcks.WRITE, 5_000, null))
        .withMessage("window: want 1 to 4096, not 5000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dialing(0, 1, List.of()))
        .withMessage("perSecond: want above 0 to 1000000, not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dialing(1, 1, Duration.ZERO, SECONDS, List.of(), 1))
        .withMessage("timeout: want 1 ms to 1 min, not PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(URI.create("http://a"), 1, 0, Dialing.DEFAULT))
        .withMessage("loops: want 1 to 64, not 0");
  }
}
