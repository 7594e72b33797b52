package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.testhttp2.TestHttp2;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One connection of HTTP/2, whose session n is on stream 2n + 1. */
final class Http2Wire {
  static final String STREAM = "/v1/stream?user=alice&device=";

  /** For any window. */
  static final int ENOUGH = 10_000_000;

  final Wire wire = new Wire(10);
  final TestHttp2 client;

  Http2Wire() {
    try {
      client = wire.http2();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  TestHttp2 get(int stream, String path) throws IOException {
    return client.head(stream, "GET", path, true);
  }

  /** Sessions 1 to that one, each attached. */
  void attach(int count, String more) throws IOException {
    for (int n = 1; n <= count; n++) {
      get(2 * n + 1, STREAM + "d" + n + more);
      welcome(n);
    }
    readAll();
  }

  void welcome(int session) {
    wire.obey(session, new InboxCommand.Attach(7, 0, Wire.WELCOME));
  }

  TestHttp2.Answer stream(int session) {
    return client.answer(2 * session + 1);
  }

  /** Reads what has come; returns the types of its frames. */
  List<Integer> readAll() throws IOException {
    List<Integer> types = new ArrayList<>();
    for (TestHttp2.Frame frame = client.read(); frame != null; frame = client.read()) {
      types.add(frame.type());
    }
    return types;
  }

  void push(int session, long prev, long last, String json) {
    wire.obey(session, pushed(prev, last, json));
  }

  static InboxCommand.Push pushed(long prev, long last, String json) {
    return new InboxCommand.Push(prev, last, 1, Frame.of(Wire.frame(json)));
  }

  /** Ends everything; nothing may be left over. */
  void finish() {
    assertThat(wire.finish()).isTrue();
    assertThat(wire.outbound.waiting()).isZero();
    assertThat(wire.loop.admission().sessions()).isZero();
    assertThat(wire.metrics.scrape()).contains("tidegate_delivery_faults_total 0.0");
  }
}
