package io.tidegate.loadtest.devices;

import static io.tidegate.loadtest.devices.ScriptedWorker.push;
import static io.tidegate.loadtest.devices.ScriptedWorker.welcome;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.loadtest.devices.FleetSettings.Crowd;
import io.tidegate.loadtest.devices.FleetSettings.Dialing;
import io.tidegate.loadtest.devices.FleetSettings.Speech;
import io.tidegate.loadtest.devices.FleetSettings.StreamAcks;
import io.tidegate.loadtest.devices.FleetSettings.Target;
import io.tidegate.loadtest.devices.ScriptedWorker.Peer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One device over Server-Sent Events, against a worker that does what the test says. */
final class StreamDeviceTest {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
  private static final String TAKEN = "HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n";

  private final Told told = new Told();
  private final ScriptedWorker worker = new ScriptedWorker();
  private Fleet fleet = fleet(StreamAcks.REQUEST);

  StreamDeviceTest() throws IOException {}

  private Fleet fleet(StreamAcks acks) throws IOException {
    return new Fleet(
        new FleetSettings(
            new Target(worker.url(), null),
            new Crowd(7, 1, i -> "us er" + i, _ -> "\u00fc"),
            new Speech(1, acks, 64, (user, device) -> "token-of-" + user.substring(0, 2)),
            Dialing.DEFAULT,
            1),
        told);
  }

  @AfterEach
  void close() throws IOException {
    worker.close();
    fleet.close();
    assertThat(fleet.fault()).isNull();
  }

  private Peer nextStream(String mode, long seq) throws Exception {
    Peer peer = worker.next();
    peer.hello = peer.request();
    peer.write(ANSWER + "\r\nretry: 3453\n\n");
    peer.event(welcome(mode, seq));
    return peer;
  }

  @Test
  void whatIsPushedShouldBeToldAndAckedOnAKeptConnection() throws Exception {
    // Given
    var _ = fleet.open();
    Peer peer = nextStream("fresh", 41);
    assertThat(peer.hello)
        .startsWith("GET /v1/stream?user=us+er7&device=%C3%BC&window=64 HTTP/1.1\r\n")
        .contains("\r\nauthorization: Bearer token-of-us\r\n");

    // When
    peer.event(push(41, 42));
    Peer acks = worker.next();
    String ack = acks.request();
    assertThat(told.acksSent).hasValue(1);
    assertThat(told.acks).as("before anyone took it").isEmpty();
    acks.write(TAKEN);
    peer.write(":\n\n");
    peer.event(push(42, 43, 44));
    peer.event("{'op':'live','messages':[{'id':'l'}]}");

    // Then
    told.expect("7 welcomed fresh", "7 shown 42 m42", "7 pushed 1");
    told.expect("7 shown 43 m43", "7 shown 44 m44", "7 pushed 2", "7 shown 0 l");
    assertThat(ack)
        .startsWith("POST /v1/acks?user=us+er7&device=%C3%BC HTTP/1.1\r\n")
        .contains("\r\nauthorization: Bearer token-of-us\r\n")
        .endsWith("\r\n\r\n{\"session\":\"0.1\",\"seq\":42}");
    assertThat(acks.request()).endsWith("{\"session\":\"0.1\",\"seq\":44}");
    acks.write(TAKEN);
    assertThat(told.acks.poll(1, TimeUnit.SECONDS)).isEqualTo("7 acked 1");
    assertThat(told.acks.poll(1, TimeUnit.SECONDS)).isEqualTo("7 acked 2");
    assertThat(fleet.counts()).isEqualTo(new FleetCounts(1, 0, 1, 0, 0));
  }

  @Test
  void ackThatWasNotTakenShouldBeSentAgain() throws Exception {
    // Given
    var _ = fleet.open();
    nextStream("fresh", 0).event(push(0, 1));
    Peer acks = worker.next();
    acks.request();

    // When
    acks.write("HTTP/1.1 503 x\r\ncontent-length: 2\r\n\r\n{}");
    String again = acks.request();
    acks.cut();
    Peer more = worker.next();

    // Then
    assertThat(again).endsWith("{\"session\":\"0.1\",\"seq\":1}");
    assertThat(more.request()).endsWith("{\"session\":\"0.1\",\"seq\":1}");
    assertThat(told.acks).isEmpty();
    more.write(TAKEN);
    assertThat(told.acks.poll(5, TimeUnit.SECONDS)).isEqualTo("7 acked 1");
    assertThat(told.acksRefused).containsExactly("7 503", "7 no answer");
    assertThat(fleet.counts().ackFailures()).isEqualTo(2);
  }

  @Test
  void ackThatIsRefusedForGoodShouldBeToldSoAndNotBeSentAgain() throws Exception {
    // Given
    var _ = fleet.open();
    Peer peer = nextStream("fresh", 0);
    peer.event(push(0, 1));
    Peer acks = worker.next();
    acks.request();

    // When
    acks.write("HTTP/1.1 403 x\r\ncontent-length: 2\r\n\r\n{}");

    // Then
    assertThat(told.acksRefused.poll(5, TimeUnit.SECONDS)).isEqualTo("7 403 for good");
    assertThat(told.acks).isEmpty();
    peer.event(push(1, 2));
    assertThat(acks.request()).endsWith("{\"session\":\"0.1\",\"seq\":2}");
    acks.write(TAKEN);
    assertThat(told.acks.poll(5, TimeUnit.SECONDS)).as("of both").isEqualTo("7 acked 2");
  }

  @Test
  void ackThatIsRefusedAfterItsSessionShouldBeNoRefusalForGood() throws Exception {
    // Given
    var _ = fleet.open();
    Peer peer = nextStream("fresh", 0);
    peer.event(push(0, 1));
    Peer acks = worker.next();
    acks.request();
    peer.cut();
    told.expect("7 welcomed fresh", "7 shown 1 m1", "7 pushed 1", "7 disconnected cut");

    // When
    acks.write("HTTP/1.1 403 x\r\ncontent-length: 2\r\n\r\n{}");

    // Then
    assertThat(told.acksRefused.poll(5, TimeUnit.SECONDS)).isEqualTo("7 403");
    assertThat(told.acks).isEmpty();
  }

  @Test
  void deviceShouldComeAgainWithItsCursorAndAckNothingWhereWritingIsAcking() throws Exception {
    // Given
    fleet.close();
    fleet = fleet(StreamAcks.WRITE);
    var _ = fleet.open();
    Peer peer = nextStream("fresh", 41);
    peer.event(push(41, 42));
    told.expect("7 welcomed fresh", "7 shown 42 m42", "7 pushed 1");

    // When
    assertThat(worker.within(300)).isNull();
    peer.cut();

    // Then
    told.expect("7 disconnected cut");
    assertThat(nextStream("resumed", 42).hello)
        .contains("&ack=write&cursor=00c0ffee00c0ffee-42 HTTP/1.1\r\n");
    assertThat(told.acks).isEmpty();
  }

  @Test
  void streamInChunksShouldBeRead() throws Exception {
    // Given
    var _ = fleet.open();
    Peer peer = worker.next();
    peer.request();
    String events =
        ("data: " + welcome("fresh", 0) + "\n\ndata: " + push(0, 1) + "\n\n").replace('\'', '"');

    // When
    StringBuilder answer = new StringBuilder(ANSWER + "transfer-encoding: chunked\r\n\r\n");
    for (int i = 0; i < events.length(); i += 10) {
      String part = events.substring(i, Math.min(events.length(), i + 10));
      answer.append(Integer.toHexString(part.length())).append("\r\n").append(part).append("\r\n");
    }
    byte[] bytes = answer.append("0\r\n\r\n").toString().getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i += 7) {
      peer.socket.getOutputStream().write(bytes, i, Math.min(7, bytes.length - i));
    }

    // Then
    told.expect("7 welcomed fresh", "7 shown 1 m1", "7 pushed 1", "7 disconnected cut");
  }

  @ParameterizedTest
  @CsvSource({"4500, never, false", "4003, backoff, true", "4998, never, false"})
  void lastEventShouldSayWhetherToComeAgain(int code, String reconnect, boolean again)
      throws Exception {
    // Given
    var _ = fleet.open();
    Peer peer = nextStream("fresh", 0);

    // When
    peer.event("{'op':'close','code':" + code + ",'reason':'x','reconnect':'" + reconnect + "'}");

    // Then
    told.expect("7 welcomed fresh", "7 disconnected " + code);
    assertThat(worker.within(again ? 5_000 : 100) != null).isEqualTo(again);
  }

  @Test
  void answerThatIsNoStreamShouldBeToldByItsStatus() throws Exception {
    var _ = fleet.open();
    Peer peer = worker.next();
    peer.request();

    peer.write("HTTP/1.1 403 x\r\ncontent-length: 0\r\n\r\n");

    told.expect("7 disconnected http 403");
    await().until(() -> fleet.counts().over() == 1);
  }
}
