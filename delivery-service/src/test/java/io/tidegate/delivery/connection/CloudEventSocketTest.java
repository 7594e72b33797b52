package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CloudEventSocketTest {
  private static final String PUSH =
      "{\"op\":\"push\",\"prev\":0,\"messages\":[{\"seq\":1,\"id\":\"a\",\"data\":{}},{\"seq\":2,\"id\":\"b\"}]}";

  private final Wire wire = new Wire(10);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  private void ask(String query, String protocols) {
    wire.send(
        Wire.REQUEST.replace("/v1/connect", "/v1/connect" + query)
            + "Sec-WebSocket-Protocol: "
            + protocols
            + "\r\n\r\n");
  }

  private void push() {
    wire.obey(1, new InboxCommand.Push(0, 2, 2, Frame.of(Wire.frame(PUSH))));
  }

  @Test
  void requestShouldBeTheHelloAndMessagesEvents() {
    // When
    ask("?user=alice&device=phone&cursor=0000000000000007-0", "x, cloudevents.json, tidegate.v1");

    // Then
    assertThat(wire.read()).contains("sec-websocket-protocol: cloudevents.json\r\n");
    assertThat(wire.log.records).containsExactly("up default/alice phone 17.1");

    // When
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    assertThat(wire.read())
        .endsWith(
            "{\"specversion\":\"1.0\",\"id\":\"3.17.1-1\",\"source\":\"/v1/connect\","
                + "\"type\":\"io.tidegate.welcome\",\"control\":\"welcome\",\"datacontenttype\":\"application/json\","
                + "\"data\":{}}");
    push();

    // Then
    assertThat(wire.read())
        .contains(
            "{\"specversion\":\"1.0\",\"sequence\":\"0000000000000000001\",\"cursor\":\"0000000000000007-1\",\"id\":\"a\",\"data\":{}}")
        .endsWith(
            "{\"specversion\":\"1.0\",\"sequence\":\"0000000000000000002\",\"cursor\":\"0000000000000007-2\",\"id\":\"b\"}");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_pushes_total{transport=\"cloudevents\"} 1.0");
  }

  @Test
  void ackShouldComeAsAnEvent() {
    // Given
    ask("?user=alice&device=phone", "cloudevents.json");
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    push();
    wire.read();

    // When
    wire.text(
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"x\",\"type\":\"io.tidegate.ack\",\"data\":{\"seq\":2}}");
    wire.wait(60);

    // Then
    assertThat(wire.log.records)
        .anyMatch(record -> record.startsWith("acks") && record.contains("2"));
  }

  @Test
  void writtenShouldCountAsAckedWhereThatWasAskedFor() {
    // Given
    ask("?user=alice&device=phone&ack=write", "cloudevents.json");
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));

    // When
    push();
    wire.wait(60);

    // Then
    assertThat(wire.log.records)
        .anyMatch(record -> record.startsWith("acks") && record.contains("2"));
    wire.read();
  }

  @Test
  void anyOtherEventShouldBeClosedWithTheReason() {
    // Given
    ask("?user=alice&device=phone", "cloudevents.json");
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    wire.read();

    // When
    wire.text("{\"specversion\":\"1.0\",\"type\":\"other\"}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4503 type: want io.tidegate.ack");
  }

  @Test
  void badHelloShouldBeAProblemBeforeTheUpgrade() {
    // When
    ask("?device=phone", "cloudevents.json");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 400 ").contains("\"field\":\"user\"");
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void protocolThatTheClientLikesBestShouldBeTaken() {
    // When
    ask("?user=alice", "tidegate.v1, cloudevents.json");

    // Then
    assertThat(wire.read()).contains("sec-websocket-protocol: tidegate.v1\r\n");
    assertThat(wire.log.records).isEmpty();
  }
}
