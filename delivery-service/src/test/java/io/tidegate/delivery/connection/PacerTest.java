package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Reset;
import io.tidegate.delivery.inbox.InboxDecoder;
import io.tidegate.delivery.inbox.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that want to be told slowly, on each transport. */
final class PacerTest {
  private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");

  private final Wire wire = new Wire(10);
  private final InboxDecoder decoder = new InboxDecoder(3);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
    assertThat(wire.loop.pacers().held()).isZero();
    assertThat(wire.outbound.waiting()).isZero();
  }

  // Help.

  private static Pushed.Builder message(long seq) {
    return Pushed.newBuilder()
        .setSeq(seq)
        .setId("m" + seq)
        .setSource("/s")
        .setType("t")
        .setUrgency(2)
        .setJson(true)
        .setPayload(ByteString.copyFromUtf8("\"d" + seq + "\""));
  }

  private static Pushed.Builder keyed(long seq, String key) {
    return message(seq).setCollapseKey(key);
  }

  private static Pushed.Builder large(long seq, int bytes) {
    return message(seq).setPayload(ByteString.copyFromUtf8('"' + "x".repeat(bytes) + '"'));
  }

  private InboxRecord.Builder record() {
    return InboxRecord.newBuilder().setIncarnation(17).setSession(1).setUser("default/alice");
  }

  private void obey(InboxRecord.Builder record) {
    wire.turn(
        () -> {
          try {
            wire.loop.obey(decoder.decode(record.build().toByteArray()));
          } catch (UnreadableException e) {
            throw new AssertionError(e);
          }
        });
  }

  private void push(long prev, Pushed.Builder... messages) {
    Deliver.Builder deliver = Deliver.newBuilder().setPrev(prev);
    for (Pushed.Builder each : messages) {
      deliver.addMessages(each);
    }
    obey(record().setDeliver(deliver));
  }

  private void welcome() {
    obey(record().setAttach(Attach.newBuilder().setEpoch(7).setMode(Attach.Mode.FRESH)));
  }

  /** Says hello with that, and is welcomed at seq 0. */
  private String hello(String pace) {
    wire.upgrade();
    wire.text("{\"op\":\"hello\",\"user\":\"alice\",\"device\":\"phone\"," + pace + "}");
    welcome();
    return text(wire.readBytes());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }

  private String read() {
    return text(wire.readBytes());
  }

  /** The data of what has reached the client since the last call. */
  private List<String> data() {
    return data(read());
  }

  private static List<String> data(String read) {
    List<String> data = new ArrayList<>();
    Matcher each = DATA.matcher(read);
    while (each.find()) {
      data.add(each.group(1));
    }
    return data;
  }

  private static int frames(String read) {
    return read.split("\"op\":\"push\"", -1).length - 1;
  }

  private long lastAck() {
    wire.wait(50);
    String last = wire.log.records.getLast();
    return last.startsWith("acks default/alice=") ? Long.parseLong(last.substring(19)) : -1;
  }

  private void poll(String parameters) {
    wire.send(
        "GET /v1/poll?user=alice&device=phone&" + parameters + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  private void pass(int millis) {
    for (int i = 0; i < millis; i += 10) {
      wire.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
      wire.wait(10);
    }
  }

  // The hello.

  @Test
  void welcomeShouldSayWhatIsGranted() {
    assertThat(hello("\"max_rate\":0.5,\"max_delay\":200,\"max_bytes_per_second\":5000"))
        .endsWith(",\"max_rate\":0.5,\"max_delay\":200,\"max_bytes_per_second\":5000}");
  }

  @Test
  void welcomeOfWhoAsksForNothingShouldSayNothing() {
    assertThat(hello("\"window\":5")).doesNotContain("max_");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"max_rate\":0 | max_rate: want a number from 0.01 to 1000",
        "\"max_rate\":1000.5 | max_rate: want a number from 0.01 to 1000",
        "\"max_rate\":\"2\" | max_rate: want a number from 0.01 to 1000",
        "\"max_delay\":-1 | max_delay: want milliseconds from 0 to 60000",
        "\"max_delay\":1.5 | max_delay: want milliseconds from 0 to 60000",
        "\"max_bytes_per_second\":4095 "
            + "| max_bytes_per_second: want an integer from 4096 to 1000000000",
      })
  void badPaceShouldBeABadHello(String pace, String reason) {
    wire.upgrade();
    wire.text("{\"op\":\"hello\",\"user\":\"alice\"," + pace + "}");

    assertThat(wire.readClose()).isEqualTo("4502 " + reason);
  }

  // Delay and rate.

  @Test
  void pushesWithinTheDelayShouldGoInOneFrame() {
    // Given
    hello("\"max_delay\":500");

    // When
    push(0, message(1));
    pass(300);
    push(1, message(2), message(3));
    pass(190);
    String before = read();
    int held = wire.loop.pacers().held();
    pass(20);
    String after = read();

    // Then
    assertThat(before).isEmpty();
    assertThat(held).isEqualTo(3);
    assertThat(frames(after)).isEqualTo(1);
    assertThat(after).contains("{\"op\":\"push\",\"prev\":0,\"messages\":[{\"seq\":1,");
    assertThat(data(after)).containsExactly("d1", "d2", "d3");
  }

  @Test
  void framesShouldComeNoFasterThanTheRate() {
    // Given
    hello("\"max_rate\":2");

    // When
    long seq = 0;
    List<Integer> framesAt = new ArrayList<>();
    for (int at = 0; at < 2_000; at += 50) {
      push(seq, message(seq + 1));
      seq++;
      pass(50);
      for (int i = frames(read()); i > 0; i--) {
        framesAt.add(at);
      }
    }

    // Then
    assertThat(framesAt).containsExactly(0, 450, 950, 1_450, 1_950);
  }

  @Test
  void urgentMessageShouldTakeAlongWhatIsHeld() {
    // Given
    hello("\"max_delay\":5000,\"max_rate\":1");

    // When
    push(0, message(1));
    push(1, message(2).setUrgency(3));

    // Then
    assertThat(data()).containsExactly("d1", "d2");
  }

  // Conflation and acks.

  @Test
  void newerMessageShouldTakeThePlaceOfTheHeldOneWithItsKey() {
    // Given
    hello("\"max_rate\":1");
    push(0, keyed(1, "price"));
    assertThat(data()).containsExactly("d1");

    // When
    push(1, keyed(2, "price"), message(3));
    push(3, keyed(4, "price"));
    push(4, keyed(5, "price"));
    pass(1_010);
    String read = read();

    // Then
    assertThat(read)
        .contains(
            "{\"op\":\"push\",\"prev\":1,\"messages\":[{\"seq\":3,\"id\":\"m3\",",
            ",{\"seq\":5,\"conflated\":2,\"id\":\"m5\",")
        .endsWith("\"data\":\"d5\"}]}");
    assertThat(data(read)).containsExactly("d3", "d5");
    assertThat(wire.metrics.scrape()).contains("tidegate_delivery_messages_conflated_total 2.0");

    // When
    wire.text("{\"op\":\"ack\",\"seq\":5}");

    // Then
    assertThat(lastAck()).isEqualTo(5);
    push(5, message(6));
    pass(1_010);
    assertThat(read()).contains("\"prev\":5,");
  }

  @Test
  void ackOfWhatIsHeldShouldBeBeyondWhatWasSent() {
    // Given
    hello("\"max_delay\":500");
    push(0, message(1));

    // When
    wire.text("{\"op\":\"ack\",\"seq\":1}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4504 seq: beyond 0, the last that was sent");
  }

  @Test
  void messageThatExpiresWhileItIsHeldShouldBeToldAsLostAndHoldUpNoWindow() {
    // Given
    hello("\"max_rate\":1");
    push(0, message(1));
    read();
    wire.text("{\"op\":\"ack\",\"seq\":1}");
    assertThat(lastAck()).isEqualTo(1);

    // When
    long wall = TimeUnit.NANOSECONDS.toMillis(wire.now.get());
    push(1, message(2).setExpiry(wall + 500));
    pass(1_010);

    // Then
    assertThat(read())
        .endsWith("{\"op\":\"reset\",\"epoch\":\"0000000000000007\",\"seq\":2}")
        .doesNotContain("d2");
    assertThat(lastAck()).isEqualTo(2);
  }

  /** If the connection broke with it unsent, nobody would ever say that something was lost. */
  @Test
  void lossShouldNotBeAckedBeforeTheWordOfItHasLeft() {
    // Given
    hello("\"max_rate\":1");
    push(0, message(1));
    read();
    wire.text("{\"op\":\"ack\",\"seq\":1}");
    wire.stall();

    // When
    long wall = TimeUnit.NANOSECONDS.toMillis(wire.now.get());
    push(1, message(2).setExpiry(wall + 500));
    pass(2_000);

    // Then
    assertThat(lastAck()).isEqualTo(1);

    // When
    wire.letPass(Long.MAX_VALUE);
    pass(2_000);

    // Then
    assertThat(read()).contains("\"reset\"");
    assertThat(lastAck()).isEqualTo(2);
  }

  @Test
  void lossBeforeAMessageShouldBeToldBeforeIt() {
    // Given
    hello("\"max_rate\":1");
    push(0, message(1));
    read();

    // When
    long wall = TimeUnit.NANOSECONDS.toMillis(wire.now.get());
    push(1, message(2).setExpiry(wall + 500), message(3));
    pass(1_010);
    String read = read();

    // Then
    assertThat(read).contains("\"reset\",\"epoch\":\"0000000000000007\",\"seq\":1}");
    assertThat(read.indexOf("\"prev\":1,\"messages\":[{\"seq\":3,"))
        .isGreaterThan(read.indexOf("reset"));
  }

  @Test
  void resetShouldComeInItsPlaceBehindWhatIsHeld() {
    // Given
    hello("\"max_delay\":500");
    push(0, message(1));

    // When
    obey(record().setReset(Reset.newBuilder().setEpoch(7).setSeq(3)));
    push(3, message(4));
    pass(510);
    String read = read();

    // Then
    assertThat(read).contains("\"reset\"").contains("\"prev\":0,\"messages\":[{\"seq\":1,");
    assertThat(data(read)).containsExactly("d1", "d4");
  }

  // What it must not harm.

  @Test
  void whatIsHeldShouldStayHeldAndBeReplacedWhileTheSocketTakesNothing() {
    // Given
    hello("\"max_rate\":10");
    wire.stall();
    push(0, large(1, 40_000));
    pass(200);

    // When
    push(1, keyed(2, "price"));
    pass(200);
    push(2, keyed(3, "price"));
    pass(200);
    int held = wire.loop.pacers().held();
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(held).isEqualTo(1);
    assertThat(data()).endsWith("d3").doesNotContain("d2");
  }

  @Test
  void whatIsHeldShouldCountAsWaiting() {
    hello("\"max_delay\":5000");
    push(0, large(1, 10_000));

    assertThat(wire.outbound.waiting()).isBetween(10_000L, 10_200L);
  }

  @Test
  void moreThanMayWaitForAClientShouldNotBeHeld() {
    // Given: what may wait in Wire is 200,000.
    hello("\"max_rate\":0.01");
    push(0, message(1));
    wire.stall();

    // When
    push(1, large(2, 90_000));
    push(2, large(3, 90_000));
    int before = wire.loop.pacers().held();
    push(3, large(4, 90_000));
    int after = wire.loop.pacers().held();
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(before).isEqualTo(2);
    assertThat(after).isZero();
    assertThat(read()).contains("\"seq\":4,");
  }

  @Test
  void endOfTheConnectionShouldLetGoOfWhatIsHeld() {
    hello("\"max_delay\":500");
    push(0, message(1));

    wire.cut();
    pass(1_000);

    assertThat(wire.loop.pacers().held()).isZero();
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
  }

  @Test
  void liveMessagesBeyondTheRateShouldNotBeSent() {
    // Given
    hello("\"max_rate\":1");

    // When
    for (int i = 0; i < 3; i++) {
      obey(record().setLive(LiveDeliver.newBuilder().setMessage(message(0))));
    }

    // Then
    assertThat(data()).containsExactly("d0");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_live_messages_total{result=\"slow\"} 2.0");
  }

  // The cap.

  @Test
  void bytesShouldComeNoFasterThanTheCap() {
    // Given
    hello("\"max_bytes_per_second\":10000");

    // When
    int early = 0;
    for (long seq = 1; seq <= 30; seq++) {
      push(seq - 1, large(seq, 2_000));
    }
    early += read().length();
    pass(2_000);
    int late = read().length();

    // Then: a burst of a second's worth and one frame, then the cap and at most another frame.
    assertThat(early).isBetween(10_000, 12_500);
    assertThat(late).isBetween(16_000, 30_500);
    pass(5_000);
  }

  // Other transports.

  @Test
  void streamShouldBeToldSlowlyToo() {
    // Given
    wire.ask("user=alice&device=phone&max_delay=500&max_rate=2.5");
    welcome();
    assertThat(read()).contains(",\"max_rate\":2.5,\"max_delay\":500}\n\n");

    // When
    push(0, keyed(1, "price"));
    push(1, message(2));
    push(2, keyed(3, "price"));
    pass(510);

    // Then
    assertThat(read())
        .startsWith(
            "event: push\nid: 0000000000000007-3\ndata: {\"op\":\"push\",\"prev\":0,\"messages\":"
                + "[{\"seq\":2,")
        .contains("{\"seq\":3,\"conflated\":1,")
        .endsWith("\"data\":\"d3\"}]}\n\n");
  }

  @Test
  void streamThatAcksByWritingShouldNotAckWhatIsHeld() {
    // Given
    wire.ask("user=alice&device=phone&max_delay=500&ack=write");
    welcome();
    read();

    // When
    push(0, message(1));
    wire.pass(0);
    long before = lastAck();
    pass(510);

    // Then
    assertThat(before).isEqualTo(-1);
    assertThat(lastAck()).isEqualTo(1);
  }

  @Test
  void badParameterShouldBeAProblem() {
    wire.ask("user=alice&max_rate=fast");

    assertThat(read()).contains(" 400 ").contains("\"field\":\"max_rate\"");
  }

  @Test
  void eventsShouldSayWhatTheyTakeThePlaceOf() {
    // Given
    wire.send(
        Wire.REQUEST.replace("/v1/connect", "/v1/connect?user=alice&device=phone&max_delay=500")
            + "Sec-WebSocket-Protocol: cloudevents.json\r\n\r\n");
    welcome();
    read();

    // When
    push(0, keyed(1, "price"));
    push(1, keyed(2, "price"));
    pass(510);

    // Then
    assertThat(read())
        .contains("\"cursor\":\"0000000000000007-2\",\"conflated\":1,\"id\":\"m2\"")
        .doesNotContain("m1");
  }

  @Test
  void pollShouldWaitForMoreAndReplace() {
    // Given
    poll("wait=20&max_delay=500&max_rate=0.01");
    welcome();

    // When
    push(0, keyed(1, "price"));
    pass(400);
    push(1, keyed(2, "price"));
    String before = read();
    pass(200);
    String answer = read();

    // Then
    assertThat(before).isEmpty();
    assertThat(answer)
        .contains("\"cursor\":\"0000000000000007-2\"")
        .contains(",\"max_delay\":500}")
        .doesNotContain("max_rate");
    assertThat(data(answer)).containsExactly("d2");
  }

  @Test
  void pollShouldHoldNothingBeyondItsWait() {
    // Given
    poll("wait=1&max_delay=60000");
    welcome();
    push(0, message(1));

    // When
    wire.pass(2);
    wire.wait(30);

    // Then
    assertThat(data()).containsExactly("d1");
  }
}
