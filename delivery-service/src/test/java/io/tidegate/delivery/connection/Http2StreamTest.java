package io.tidegate.delivery.connection;

import static io.tidegate.testhttp2.TestHttp2.CANCEL;
import static io.tidegate.testhttp2.TestHttp2.DATA;
import static io.tidegate.testhttp2.TestHttp2.NO_ERROR;
import static io.tidegate.testhttp2.TestHttp2.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.testhttp2.TestHttp2;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests on streams of HTTP/2, and how each of them ends. */
@SuppressWarnings("FutureReturnValueIgnored") // Of a write.
final class Http2StreamTest {
  private static final int INTERNAL_ERROR = 2;

  private final Http2Wire http2 = new Http2Wire();
  private final Wire wire = http2.wire;
  private final TestHttp2 client = http2.client;

  @AfterEach
  void nothingShouldBeLeftOver() {
    http2.finish();
  }

  // Requests and answers.

  @Test
  void streamsOfOneConnectionShouldBeSessionsOfTheirOwn() throws Exception {
    // Given
    http2.attach(2, "");

    // When
    http2.push(2, 0, 1, "\"for two\"");
    http2.push(1, 0, 1, "\"for one\"");
    http2.readAll();

    // Then
    assertThat(http2.stream(1).status()).isEqualTo(200);
    assertThat(http2.stream(1).headers)
        .containsEntry("content-type", "text/event-stream")
        .containsEntry("cache-control", "no-store")
        .doesNotContainKeys("connection", "content-length", "transfer-encoding");
    assertThat(http2.stream(1).text())
        .startsWith("retry: ")
        .contains("event: welcome\n")
        .endsWith("event: push\nid: 0000000000000007-1\ndata: \"for one\"\n\n");
    assertThat(http2.stream(2).text()).endsWith("data: \"for two\"\n\n");
    assertThat(http2.stream(2).ended).isFalse();
    assertThat(wire.log.records)
        .containsExactly("up default/alice d1 17.1", "up default/alice d2 17.2");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_connections{transport=\"stream\"} 2.0")
        .contains("tidegate_delivery_http2_connections 1.0");
  }

  @Test
  void allEventsOfATurnShouldLeaveTogether() throws Exception {
    // Given
    http2.attach(3, "");
    int before = wire.flushes;

    // When
    wire.turn(
        () ->
            wire.loop.obey(
                List.of(
                    new Addressed(17, 1, "default/alice", Http2Wire.pushed(0, 1, "1")),
                    new Addressed(17, 2, "default/alice", Http2Wire.pushed(0, 1, "2")),
                    new Addressed(17, 2, "default/alice", Http2Wire.pushed(1, 2, "3")),
                    new Addressed(17, 3, "default/alice", Http2Wire.pushed(0, 1, "4")))));

    // Then: one frame and one flush a stream, of which the first sends all, behind that of a read.
    assertThat(http2.readAll()).containsExactly(DATA, DATA, DATA);
    assertThat(http2.stream(2).text())
        .endsWith("data: 2\n\nevent: push\nid: 0000000000000007-2\ndata: 3\n\n");
    assertThat(wire.flushes - before).isLessThanOrEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /v1/stream?user= | 400 | \"field\":\"user\"",
        "POST | /v1/stream?user=a | 405 | only GET is",
        "GET | /v1/connect | 400 | want HTTP/1.1",
        "GET | /nowhere | 404 | nothing is here",
        "GET | /health/live | 200 | UP",
        "GET | /health/ready?load=true | 200 | UP",
        "GET | /metrics | 200 | tidegate_delivery_connections",
      })
  void answersShouldBeThoseOfHttp1(String method, String path, int status, String part)
      throws Exception {
    // When
    TestHttp2.Answer answer = client.head(3, method, path, true).await(3);

    // Then
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(part);
    assertThat(answer.ended).isTrue();
    assertThat(answer.reset).isNull();
    assertThat(answer.headers)
        .containsEntry(
            "content-length",
            Integer.toString(answer.text().getBytes(StandardCharsets.UTF_8).length))
        .doesNotContainKeys("connection", "upgrade");
  }

  @ParameterizedTest
  @CsvSource({"/metrics,405", "/v1/poll?user=alice,405", "/nowhere,404"})
  void headShouldBeAnsweredWithoutABody(String path, int status) throws Exception {
    // When
    TestHttp2.Answer answer = client.head(3, "HEAD", path, true).await(3);
    List<Integer> more = http2.readAll();

    // Then
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.ended).isTrue();
    assertThat(answer.reset).isNull();
    assertThat(answer.body.size()).isZero();
    assertThat(more).doesNotContain(DATA);
    assertThat(http2.get(5, "/health/live").await(5).status()).isEqualTo(200);
  }

  @Test
  void pollsAndAcksShouldBeAnswered() throws Exception {
    // Given
    http2.get(3, "/v1/poll?user=alice&device=d1");
    http2.welcome(1);

    // When
    http2.push(1, 0, 1, "1");
    client.post(
        5, "/v1/acks?user=alice&device=d1", "{\"session\":\"3.17.1.0000000000000007\",\"seq\":1}");
    wire.wait(50);
    wire.log.acks.getFirst().accept(true);
    wire.channel.runPendingTasks();

    // Then
    assertThat(client.await(3).text())
        .isEqualTo("{\"cursor\":\"0000000000000007-1\",\"welcome\":{},\"frames\":[1]}");
    TestHttp2.Answer acked = client.await(5);
    assertThat(acked.status()).as(acked.text()).isEqualTo(204);
    assertThat(acked.ended).isTrue();
    assertThat(wire.log.records)
        .containsExactlyInAnyOrder(
            "up default/alice d1 17.1", "down default/alice d1 17.1", "acks default/alice=1");
  }

  @Test
  void requestThatIsAnsweredBeforeItsEndShouldKeepItsAnswer() throws Exception {
    // When
    client.head(3, "POST", "/v1/acks?user=alice", false, "content-type", "application/json");
    client.data(3, "x".repeat(2_000), false);
    http2.readAll();

    // Then
    assertThat(client.answer(3).status()).isEqualTo(413);
    assertThat(client.answer(3).ended).isTrue();
    assertThat(client.answer(3).reset).isEqualTo(NO_ERROR);
    assertThat(http2.get(5, "/health/live").await(5).status()).isEqualTo(200);
  }

  @Test
  void requestThatDoesNotEndShouldBeResetInTime() throws Exception {
    // Given
    client.head(3, "POST", "/v1/acks?user=alice", false, "content-type", "application/json");

    // When
    wire.pass(11);
    http2.readAll();

    // Then
    assertThat(client.answer(3).reset).isEqualTo(CANCEL);
    assertThat(http2.get(5, "/health/live").await(5).status()).isEqualTo(200);
  }

  // The end of a stream.

  @ParameterizedTest
  @EnumSource(
      value = CloseCode.class,
      names = {"REPLACED", "SESSION_LOST", "FENCED"})
  void closeShouldBeTheLastEventAndTheEndOfItsStreamAlone(CloseCode code) throws Exception {
    // Given
    http2.attach(2, "");

    // When
    wire.turn(
        () -> {
          http2.push(1, 0, 1, "1");
          wire.obey(1, new InboxCommand.Kick(code.code()));
        });
    http2.readAll();

    // Then
    assertThat(http2.stream(1).text())
        .contains("data: 1\n\nevent: close\ndata: {\"op\":\"close\",\"code\":" + code.code());
    assertThat(http2.stream(1).ended).isTrue();
    assertThat(http2.stream(1).reset).isNull();
    assertThat(wire.log.records).last().isEqualTo("down default/alice d1 17.1");
    http2.push(2, 0, 1, "2");
    http2.readAll();
    assertThat(http2.stream(2).text()).endsWith("data: 2\n\n");
  }

  @Test
  void sessionThatIsNotTakenShouldBeRefusedWithAStatus() throws Exception {
    // Given
    http2.get(3, Http2Wire.STREAM + "d1");

    // When
    wire.obey(1, new InboxCommand.Kick(CloseCode.TOO_MANY_DEVICES.code()));

    // Then
    assertThat(client.await(3).status()).isEqualTo(403);
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void resetShouldEndItsSessionAlone() throws Exception {
    // Given
    http2.attach(2, "");

    // When
    client.number(RST_STREAM, 3, CANCEL);

    // Then
    assertThat(wire.log.records).last().isEqualTo("down default/alice d1 17.1");
    assertThat(wire.loop.admission().sessions()).isEqualTo(1);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 1.0");
    http2.push(2, 0, 1, "2");
    http2.readAll();
    assertThat(http2.stream(2).text()).endsWith("data: 2\n\n");
  }

  @Test
  void eventThatIsLostShouldEndItsStreamAndNeverCountAsAcked() throws Exception {
    // Given
    http2.attach(2, "&ack=write");
    for (ConnectionHandler handler : wire.loop.handlers()) {
      if (handler.session().id().getN() == 1) {
        handler.context().pipeline().addFirst(new Loss());
      }
    }

    // When
    http2.push(1, 0, 1, "1");
    http2.push(2, 0, 1, "2");
    wire.pass(1);
    wire.wait(50);
    http2.readAll();

    // Then
    assertThat(http2.stream(1).reset).isEqualTo(INTERNAL_ERROR);
    assertThat(http2.stream(2).text()).endsWith("data: 2\n\n");
    assertThat(wire.log.records)
        .containsExactlyInAnyOrder(
            "up default/alice d1 17.1",
            "up default/alice d2 17.2",
            "down default/alice d1 17.1",
            "acks default/alice=1");
  }

  /** Loses what is sent. */
  private static final class Loss extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof Http2DataFrame) {
        ReferenceCountUtil.release(message);
        promise.setFailure(new IllegalStateException("lost"));
      } else {
        context.write(message, promise);
      }
    }
  }

  @Test
  void clientThatGoesShouldEndAllItsSessions() throws Exception {
    // Given
    http2.attach(3, "");

    // When
    wire.cut();

    // Then
    assertThat(wire.log.records)
        .contains(
            "down default/alice d1 17.1",
            "down default/alice d2 17.2",
            "down default/alice d3 17.3");
    assertThat(wire.metrics.scrape()).contains("tidegate_delivery_http2_connections 0.0");
  }
}
