package io.tidegate.loadtest.devices;

import static io.tidegate.loadtest.devices.ScriptedWorker.push;
import static io.tidegate.loadtest.devices.ScriptedWorker.welcome;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.loadtest.devices.ScriptedWorker.Peer;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One device over a WebSocket, against a worker that does what the test says. */
final class SocketDeviceTest {
  private final Told told = new Told();
  private final ScriptedWorker worker = new ScriptedWorker();
  private final Fleet fleet = new Fleet(FleetSettings.of(worker.url(), 1), told);

  SocketDeviceTest() throws IOException {}

  @BeforeEach
  void open() {
    var _ = fleet.open();
  }

  @AfterEach
  void close() throws IOException {
    worker.close();
    fleet.close();
    assertThat(fleet.fault()).isNull();
  }

  private static String hello(long resume) {
    return "{'op':'hello','user':'user-0','device':'default'"
        + (resume < 0 ? "" : ",'resume':{'epoch':'00c0ffee00c0ffee','seq':" + resume + "}")
        + "}";
  }

  @Test
  void whatIsPushedShouldBeToldInItsOrderAndAcked() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 41);

    // When
    peer.say(push(41, 42, 44));
    peer.say("{'op':'live','messages':[{'id':'l'}]}");
    peer.say(push(44, 45));

    // Then
    assertThat(peer.hello).isEqualTo(hello(-1));
    told.expect("0 welcomed fresh", "0 shown 42 m42", "0 shown 44 m44", "0 pushed 2");
    told.expect("0 shown 0 l", "0 pushed 1", "0 shown 45 m45", "0 pushed 1");
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':45}");
    assertThat(told.acks.poll(1, TimeUnit.SECONDS)).isEqualTo("0 acked 3");
    assertThat(told.ackNanos).isGreaterThanOrEqualTo(200_000_000L);
    assertThat(fleet.counts()).isEqualTo(new FleetCounts(1, 0, 1, 0, 0));
  }

  @Test
  void sixteenMessagesShouldBeAckedAtOnce() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 0);

    // When
    long[] seqs = LongStream.rangeClosed(1, 16).toArray();
    peer.say(push(0, seqs));

    // Then
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':16}");
    assertThat(told.acks.poll(1, TimeUnit.SECONDS)).isEqualTo("0 acked 16");
    assertThat(told.ackNanos).isLessThan(190_000_000L);
  }

  @Test
  void framesInPiecesAndPartsAndManyAtOnceShouldBeRead() throws Exception {
    // Given
    Peer peer = worker.nextSocket();
    byte[] push = push(2, 3).replace('\'', '"').getBytes(UTF_8);
    byte[] large =
        ("{\"op\":\"push\",\"prev\":3,\"messages\":[{\"seq\":4,\"id\":\"m4\",\"data\":\""
                + "x".repeat(700_000)
                + "\"}]}")
            .getBytes(UTF_8);

    // When
    byte[] first = Peer.frame(0x81, welcome("fresh", 1).replace('\'', '"').getBytes(UTF_8));
    for (byte each : first) {
      peer.write(new byte[] {each});
    }
    byte[] both =
        Arrays.copyOf(Peer.frame(0x81, push(1, 2).replace('\'', '"').getBytes(UTF_8)), 500);
    byte[] part = Peer.frame(0x01, Arrays.copyOf(push, 20));
    int at = Peer.frame(0x81, push(1, 2).getBytes(UTF_8)).length;
    System.arraycopy(part, 0, both, at, part.length);
    peer.write(Arrays.copyOf(both, at + part.length));
    peer.write(Peer.frame(0x89, "hi".getBytes(UTF_8)));
    peer.write(Peer.frame(0x00, Arrays.copyOfRange(push, 20, 25)));
    peer.write(Peer.frame(0x80, Arrays.copyOfRange(push, 25, push.length)));
    peer.write(Peer.frame(0x81, large));

    // Then
    told.expect("0 welcomed fresh", "0 shown 2 m2", "0 pushed 1", "0 shown 3 m3", "0 pushed 1");
    told.expect("0 shown 4 m4", "0 pushed 1");
    assertThat(peer.hear()).isEqualTo("pong hi");
  }

  @Test
  void deviceThatIsCutShouldComeAgainWithItsCursorAndShowNothingTwice() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 41);
    peer.say(push(41, 42, 43));
    told.expect("0 welcomed fresh", "0 shown 42 m42", "0 shown 43 m43", "0 pushed 2");

    // When
    peer.cut();
    told.expect("0 disconnected cut");
    Peer again = worker.nextWelcomed("resumed", 41);
    again.say(push(41, 42, 43, 44));

    // Then
    assertThat(again.hello).isEqualTo(hello(43));
    told.expect("0 welcomed resumed", "0 repeated 42", "0 repeated 43", "0 shown 44 m44");
    told.expect("0 pushed 1");
    assertThat(again.hear()).isEqualTo("{'op':'ack','seq':44}");
    assertThat(fleet.counts()).isEqualTo(new FleetCounts(1, 0, 1, 0, 0));
  }

  @Test
  void nothingBeyondWhatThisSessionWasSentShouldBeAcked() throws Exception {
    // Given
    worker.nextWelcomed("fresh", 0).say(push(0, 1, 2, 3));
    told.expect("0 welcomed fresh", "0 shown 1 m1", "0 shown 2 m2", "0 shown 3 m3", "0 pushed 3");
    fleet.cut(Devices.ALL, true);

    // When
    Peer peer = worker.nextWelcomed("resumed", 0);
    peer.say(push(0, 1, 2));

    // Then
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':2}");
    assertThat(told.acks.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void gapShouldEndTheConnectionAndTheHelloSayWhatIsThere() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 41);

    // When
    peer.say(push(41, 42));
    peer.say(push(43, 44));

    // Then
    told.expect("0 welcomed fresh", "0 shown 42 m42", "0 pushed 1", "0 disconnected gap");
    assertThat(worker.nextSocket().hello).isEqualTo(hello(42));
    assertThat(peer.isEnded()).isTrue();
  }

  @Test
  void resetShouldMoveTheCursorInAWelcomeAndInTheMiddle() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("reset", 10);

    // When
    peer.say("{'op':'reset','epoch':'00c0ffee00c0ffee','seq':60}");

    // Then
    told.expect("0 welcomed reset", "0 reset 10", "0 reset 60");
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':60}");
    peer.say(push(60, 61));
    told.expect("0 shown 61 m61", "0 pushed 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 4500, 4502, 4506, 4599})
  void deviceThatIsNotWantedShouldNotComeAgain(int code) throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 0);

    // When
    peer.close(code);

    // Then
    told.expect("0 welcomed fresh", "0 disconnected " + code);
    await().until(() -> fleet.counts().equals(new FleetCounts(0, 0, 1, 1, 0)));
    assertThat(worker.within(100)).isNull();
  }

  @Test
  void deviceShouldComeAgainAfterAGoawayWithinItsRange() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 0);
    peer.say("{'op':'goaway','retry_after_ms':[700,900]}");
    peer.say(push(0, 1));

    // When
    peer.close(1001);
    long closed = System.nanoTime();
    told.expect("0 welcomed fresh", "0 shown 1 m1", "0 pushed 1", "0 disconnected 1001");
    worker.next();

    // Then
    assertThat(System.nanoTime() - closed).isGreaterThan(650_000_000L);
  }

  @Test
  void deviceThatGaveAHelloUpShouldForgiveOneThatTakesItsPlace() throws Exception {
    // Given
    worker.nextSocket();
    fleet.cut(Devices.ALL, true);
    told.expect("0 disconnected cut here");

    // When
    worker.nextWelcomed("fresh", 0).close(4500);

    // Then
    told.expect("0 welcomed fresh", "0 disconnected 4500");
    worker.nextWelcomed("resumed", 0).close(4500);
    told.expect("0 welcomed resumed", "0 disconnected 4500");
    await().until(() -> fleet.counts().over() == 1);
  }

  @ParameterizedTest
  @CsvSource({"503, true", "429, true", "400, false", "403, false", "401, false"})
  void statusShouldSayWhetherToComeAgain(int status, boolean again) throws Exception {
    // Given
    Peer peer = worker.next();

    // When
    peer.request();
    peer.write("HTTP/1.1 " + status + " x\r\ncontent-length: 0\r\n\r\n");

    // Then
    told.expect("0 disconnected http " + status);
    assertThat(worker.within(again ? 5_000 : 100) != null).isEqualTo(again);
    assertThat(fleet.counts().over()).isEqualTo(again ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'push'}",
        "{'op':'push','prev':0,'messages':[]",
        "nothing",
        "{'op':'welcome'}",
      })
  void whatIsNotOfTheProtocolShouldEndTheConnection(String frame) throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 0);

    // When
    peer.say(frame);

    // Then
    told.expect("0 welcomed fresh", "0 disconnected malformed");
    worker.nextSocket();
  }

  @Test
  void pushBeforeTheWelcomeShouldEndTheConnection() throws Exception {
    worker.nextSocket().say(push(0, 1));

    told.expect("0 disconnected malformed");
  }

  @Test
  void handshakeOfSomebodyElseShouldNotBeTaken() throws Exception {
    Peer peer = worker.next();
    peer.request();
    peer.write("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");

    told.expect("0 disconnected malformed");
  }

  @Test
  void frameThatIsTooLongShouldEndTheConnection() throws Exception {
    Peer peer = worker.nextWelcomed("fresh", 0);
    byte[] head = Arrays.copyOf(Peer.frame(0x81, new byte[(1 << 20) + 1]), 10);

    peer.write(head);

    told.expect("0 welcomed fresh", "0 disconnected malformed");
  }

  @Test
  void deviceThatDoesNotReadShouldReadEverythingLater() throws Exception {
    // Given
    Peer peer = worker.next();
    fleet.stopReading(Devices.ALL);
    peer.upgrade();
    peer.hear();

    // When
    peer.say(welcome("fresh", 0));
    told.expect("0 welcomed fresh");
    peer.say(push(0, 1));
    peer.say(push(1, 2));

    // Then
    told.expectNothingFor(300);
    fleet.readAgain(Devices.ALL);
    told.expect("0 reads again");
    told.expect("0 shown 1 m1", "0 pushed 1", "0 shown 2 m2", "0 pushed 1");
    fleet.readAgain(Devices.ALL);
    told.expectNothingFor(100);
  }

  @Test
  void deviceThatLeavesShouldAckAndSayGoodbyeAndStayAwayUntilItComesBack() throws Exception {
    // Given
    Peer peer = worker.nextWelcomed("fresh", 0);
    peer.say(push(0, 1));
    told.expect("0 welcomed fresh", "0 shown 1 m1", "0 pushed 1");

    // When
    fleet.leave(Devices.ALL);

    // Then
    told.expect("0 disconnected left");
    assertThat(peer.hear()).isEqualTo("{'op':'ack','seq':1}");
    assertThat(peer.hear()).isEqualTo("close 1000");
    assertThat(worker.within(600)).isNull();
    assertThat(fleet.counts()).isEqualTo(new FleetCounts(0, 0, 1, 0, 0));

    // When
    fleet.comeBack(Devices.ALL, 0);

    // Then
    assertThat(worker.nextSocket().hello).isEqualTo(hello(1));
  }
}
