package io.tidegate.delivery.connection;

import static io.tidegate.testhttp2.TestHttp2.CANCEL;
import static io.tidegate.testhttp2.TestHttp2.CONTINUATION;
import static io.tidegate.testhttp2.TestHttp2.DATA;
import static io.tidegate.testhttp2.TestHttp2.END_HEADERS;
import static io.tidegate.testhttp2.TestHttp2.END_STREAM;
import static io.tidegate.testhttp2.TestHttp2.ENHANCE_YOUR_CALM;
import static io.tidegate.testhttp2.TestHttp2.GOAWAY;
import static io.tidegate.testhttp2.TestHttp2.HEADERS;
import static io.tidegate.testhttp2.TestHttp2.INITIAL_WINDOW_SIZE;
import static io.tidegate.testhttp2.TestHttp2.PING;
import static io.tidegate.testhttp2.TestHttp2.PROTOCOL_ERROR;
import static io.tidegate.testhttp2.TestHttp2.REFUSED_STREAM;
import static io.tidegate.testhttp2.TestHttp2.RST_STREAM;
import static io.tidegate.testhttp2.TestHttp2.SETTINGS;
import static io.tidegate.testhttp2.TestHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.testhttp2.TestHttp2;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/2 that want to cost more than they pay for. */
final class Http2AttackTest {
  private static final int PRIORITY = 2;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int UNKNOWN = 0xFA;
  private static final int ACKS_BODY = 1024;

  private final Http2Wire http2 = new Http2Wire();
  private final Wire wire = http2.wire;
  private final TestHttp2 client = http2.client;

  @AfterEach
  void nothingShouldBeLeftOver() {
    http2.finish();
  }

  private interface Sending {
    void send(int i) throws IOException;
  }

  /** Sends it again and again until the connection ends; returns how often. */
  private int flood(int most, Sending sending) throws IOException {
    int sent = 0;
    while (sent < most && wire.channel.isOpen()) {
      sending.send(sent);
      sent++;
    }
    return sent;
  }

  private void assertGoneFor(int error) throws IOException {
    byte[] said = client.awaitFrame(GOAWAY).payload();
    assertThat(ByteBuffer.wrap(said).getInt(4))
        .as(new String(said, StandardCharsets.US_ASCII))
        .isEqualTo(error);
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void resetsThatFollowTheirRequestsShouldEndTheConnection() throws Exception {
    // When
    int sent =
        flood(
            1_000,
            i -> {
              http2.get(2 * i + 3, "/v1/poll?user=alice");
              client.number(RST_STREAM, 2 * i + 3, CANCEL);
            });

    // Then
    assertThat(sent).isEqualTo(201);
    assertGoneFor(ENHANCE_YOUR_CALM);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_http2_errors_total{error=\"ENHANCE_YOUR_CALM\"}");
  }

  @Test
  void resetsThatWeAreMadeToSendShouldEndTheConnection() throws Exception {
    // When: a window that grows by nothing is an error of its stream.
    int sent =
        flood(
            1_000,
            i -> {
              client.head(2 * i + 3, "POST", "/v1/acks?user=alice", false);
              client.number(WINDOW_UPDATE, 2 * i + 3, 0);
              http2.readAll();
            });

    // Then
    assertThat(sent).isLessThanOrEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(ints = {PING, SETTINGS, PRIORITY, WINDOW_UPDATE, UNKNOWN, DATA})
  void framesThatAskForNothingShouldBeBounded(int type) throws Exception {
    // Given: frames for a stream that has ended are passed over by others than us.
    http2.get(3, "/health/live").await(3);
    client.head(5, "POST", "/v1/acks?user=alice", false, "content-type", "application/json");

    // When
    int sent =
        flood(
            3_000,
            i -> {
              switch (type) {
                case PING -> client.frame(PING, 0, 0, new byte[8]);
                case SETTINGS -> client.setting(INITIAL_WINDOW_SIZE, 1_000 + i % 2);
                case PRIORITY -> client.frame(PRIORITY, 0, 3, new byte[] {0, 0, 0, 9, 1});
                case WINDOW_UPDATE -> client.number(WINDOW_UPDATE, 3, 1);
                case DATA -> {
                  if (i < ACKS_BODY) {
                    client.data(5, " ", false);
                  } else {
                    client.frame(UNKNOWN, 0, 0, new byte[0]);
                  }
                }
                default -> client.frame(UNKNOWN, 0, 0, new byte[0]);
              }
              http2.readAll();
            });

    // Then: a second's worth, and a few for what was asked for.
    assertThat(sent).isBetween(990, 1_010);
  }

  @Test
  void requestsShouldBeBoundedByTheSecond() throws Exception {
    // Given
    client.number(WINDOW_UPDATE, 0, Http2Wire.ENOUGH);

    // When
    int sent = flood(3_000, i -> http2.get(2 * i + 3, "/nowhere").await(2 * i + 3));

    // Then
    assertThat(sent).isEqualTo(1_001);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_http2_errors_total{error=\"ENHANCE_YOUR_CALM\"} 1.0");
  }

  @Test
  void clientThatTakesMuchShouldLetItsWindowsGrowAsOften() throws Exception {
    // Given
    http2.attach(1, "");

    // When
    for (int i = 0; i < 3_000; i++) {
      http2.push(1, i, i + 1, "1");
      http2.readAll();
      client.number(WINDOW_UPDATE, 3, 50);
      client.number(WINDOW_UPDATE, 0, 50);
    }

    // Then
    assertThat(wire.channel.isOpen()).isTrue();
    assertThat(http2.stream(1).text()).contains("id: 0000000000000007-" + 3_000L);
  }

  @Test
  void answersToPingsThatAreNotTakenShouldBeBounded() throws Exception {
    // Given
    wire.stall();

    // When
    int sent = flood(900, i -> client.frame(PING, 0, 0, new byte[8]));

    // Then
    assertThat(sent).isLessThanOrEqualTo(202);
    wire.letPass(Long.MAX_VALUE);
  }

  @Test
  void headThatGoesOnForEverShouldEndTheConnection() throws Exception {
    // Given
    client.frame(HEADERS, END_STREAM, 3, TestHttp2.block(":method", "GET"));

    // When
    int sent = flood(1_000, i -> client.frame(CONTINUATION, 0, 3, new byte[0]));

    // Then
    assertThat(sent).isLessThanOrEqualTo(17);
    assertGoneFor(ENHANCE_YOUR_CALM);
  }

  @Test
  void headThatIsTooLargeShouldBe431AndOneThatIsFarTooLargeEndTheConnection() throws Exception {
    // Given
    byte[] first =
        TestHttp2.block(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/health/live",
            "x-a",
            "a".repeat(15_000));

    // When
    client.frame(HEADERS, END_STREAM, 3, first);
    client.frame(CONTINUATION, END_HEADERS, 3, TestHttp2.block("x-b", "b".repeat(15_000)));

    // Then
    assertThat(client.await(3).status()).isEqualTo(431);
    assertThat(http2.get(5, "/health/live").await(5).status()).isEqualTo(200);

    // When
    client.frame(HEADERS, END_STREAM, 7, first);
    client.frame(CONTINUATION, 0, 7, TestHttp2.block("x-b", "b".repeat(15_000)));
    client.frame(CONTINUATION, END_HEADERS, 7, TestHttp2.block("x-c", "c".repeat(15_000)));

    // Then
    assertGoneFor(PROTOCOL_ERROR);
  }

  @Test
  void headThatGrowsInTheTableShouldBeBounded() throws Exception {
    // Given: a field of 4,000 bytes that is kept, and named by one byte from then on.
    byte[] kept = TestHttp2.block("x", "b".repeat(3_900));
    kept[0] = 0x40;
    client.head(3, "GET", "/health/live", false);
    byte[] named = new byte[4_000];
    Arrays.fill(named, (byte) (0x80 | 62));

    // When
    byte[] bomb = ByteBuffer.allocate(kept.length + named.length).put(kept).put(named).array();
    client.frame(HEADERS, END_HEADERS | END_STREAM, 5, bomb);

    // Then: 15 MB were said, and not made.
    assertThat(client.await(5).status()).isEqualTo(431);
  }

  @Test
  void moreStreamsThanMayBeShouldBeRefusedWhateverTheClientKnows() throws Exception {
    // Given
    for (int i = 0; i < Http2Codec.MAX_STREAMS; i++) {
      client.head(2 * i + 3, "POST", "/v1/acks?user=alice", false);
    }

    // When
    http2.get(203, "/health/live");
    http2.readAll();

    // Then
    assertThat(client.answer(203).reset).isEqualTo(REFUSED_STREAM);
    assertThat(client.answer(3).reset).isNull();

    // When
    client.number(RST_STREAM, 3, CANCEL);

    // Then
    assertThat(http2.get(205, "/health/live").await(205).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "transfer-encoding,chunked",
    "connection,close",
    "upgrade,websocket",
    "te,gzip",
    "content-length,9",
    "content-length,1x",
    "X-Large,a",
    ":late,a",
  })
  void malformedRequestShouldBeResetAloneAndCounted(String name, String value) throws Exception {
    // Given
    http2.attach(1, "");

    // When
    client.head(
        5, "POST", "/v1/acks?user=alice", false, "content-type", "application/json", name, value);
    client.data(5, "{}", true);
    http2.readAll();

    // Then
    assertThat(client.answer(5).reset).isEqualTo(PROTOCOL_ERROR);
    assertThat(client.answer(5).status()).isZero();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_http2_errors_total{error=\"PROTOCOL_ERROR\"} 1.0");
    http2.push(1, 0, 1, "1");
    http2.readAll();
    assertThat(http2.stream(1).text()).endsWith("data: 1\n\n");
  }

  @Test
  void bodyThatGoesOnShouldTakeNoWindowFromTheOthers() throws Exception {
    // Given: answered, but its client takes no answer.
    client.setting(INITIAL_WINDOW_SIZE, 0);
    client.head(3, "POST", "/v1/acks?user=alice", false, "content-type", "application/json");

    // When
    String piece = "x".repeat(8_000);
    for (int i = 0; i < 7; i++) {
      client.data(3, piece, false);
    }

    // Then: room for all of it again.
    assertThat(http2.readAll()).contains(WINDOW_UPDATE);
    for (int i = 0; i < 7; i++) {
      client.data(3, piece, false);
      http2.readAll();
    }
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void windowThatOverflowsShouldEndItsStreamAlone() throws Exception {
    // Given
    http2.attach(2, "");

    // When
    client.number(WINDOW_UPDATE, 3, Integer.MAX_VALUE);
    http2.readAll();

    // Then
    assertThat(http2.stream(1).reset).isEqualTo(FLOW_CONTROL_ERROR);
    assertThat(wire.log.records).last().isEqualTo("down default/alice d1 17.1");
    http2.push(2, 0, 1, "2");
    http2.readAll();
    assertThat(http2.stream(2).text()).endsWith("data: 2\n\n");
  }

  @Test
  void prefaceMayComeInPiecesAndHttp1ShouldLoseNothing() {
    // Given
    Wire other = new Wire(10);
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    // When
    for (byte next : preface) {
      other.send(new byte[] {next});
    }

    // Then: settings.
    assertThat(other.readBytes()[3]).isEqualTo((byte) SETTINGS);
    assertThat(other.finish()).isTrue();

    // When: the beginnings are alike.
    Wire plain = new Wire(10);
    plain.send("P");
    plain.send("OST /health/live HTTP/1.1\r\n\r\n");

    // Then
    assertThat(plain.read()).startsWith("HTTP/1.1 405 ");
    assertThat(plain.finish()).isTrue();
  }

  @Test
  void prefaceThatDoesNotGoOnShouldEndInTime() {
    // Given
    Wire other = new Wire(10);
    other.send("PRI * HT");

    // When
    other.pass(11);

    // Then
    assertThat(other.channel.isOpen()).isFalse();
    assertThat(other.finish()).isTrue();
  }

  @Test
  void connectionOfHttp1ShouldKeepNothingOfTheChoice() {
    // Given
    Wire socket = new Wire(10);

    // When
    socket.attach();

    // Then
    assertThat(socket.channel.pipeline().toMap().values())
        .extracting(handler -> handler.getClass().getSimpleName())
        .containsExactly("", "WebSocket13FrameDecoder", "TidegateSocket");
    assertThat(socket.finish()).isTrue();
  }
}
