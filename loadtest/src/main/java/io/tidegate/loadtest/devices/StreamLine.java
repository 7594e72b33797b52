package io.tidegate.loadtest.devices;

import io.netty.buffer.ByteBuf;
import io.tidegate.loadtest.devices.rule.Ending;
import io.tidegate.loadtest.devices.wire.AnswerHead;
import io.tidegate.loadtest.devices.wire.Chunks;
import io.tidegate.loadtest.devices.wire.EventScan;
import io.tidegate.loadtest.devices.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/** A device's stream of Server-Sent Events. */
final class StreamLine extends DeviceLine {
  /** Of an event beside its frame. */
  private static final int AROUND_BYTES = 1_024;

  private final EventScan events = new EventScan(DeviceLoop.MOST_FRAME_BYTES + AROUND_BYTES);
  private @Nullable Chunks chunks;

  StreamLine(DeviceLoop loop, Device device) {
    super(loop, device);
  }

  @Override
  ByteBuf request() {
    String user = device().user();
    String name = device().name();
    helloSent();
    return loop.text().stream(alloc(), user, name, loop.token(user, name), device().cursor());
  }

  @Override
  void answered(AnswerHead head) {
    if (head.status() != 200 || !head.says("content-type", "text/event-stream")) {
      end(Ending.answered(head.status(), head.number("retry-after")));
    } else if (head.says("transfer-encoding", "chunked")) {
      chunks = new Chunks();
    }
  }

  @Override
  int unwrap(byte[] bytes, int from, int to) throws MalformedException {
    return chunks == null ? to : chunks.unwrap(bytes, from, to);
  }

  @Override
  int read(byte[] bytes, int from, int to, long nanos) throws MalformedException {
    int at = from;
    while (!isOver()) {
      int next = events.next(bytes, at, to);
      if (next < 0) {
        break;
      }
      at = next;
      if (events.hasData()) {
        device().told(bytes, events.from(), events.to(), nanos);
      }
    }
    if (chunks != null && chunks.isOver()) {
      end(Ending.lost(Words.CUT));
    }
    return isOver() ? to : at;
  }

  @Override
  void ack(long seq) {
    loop.acks().due(device());
  }

  @Override
  void leave() {
    end(Ending.lost(Words.LEFT));
  }
}
