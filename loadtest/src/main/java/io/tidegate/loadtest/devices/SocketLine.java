package io.tidegate.loadtest.devices;

import io.netty.buffer.ByteBuf;
import io.tidegate.loadtest.devices.rule.Ending;
import io.tidegate.loadtest.devices.wire.AnswerHead;
import io.tidegate.loadtest.devices.wire.FrameHead;
import io.tidegate.loadtest.devices.wire.MalformedException;
import io.tidegate.loadtest.devices.wire.Rest;

/** A device's WebSocket. */
final class SocketLine extends DeviceLine {
  /** Of a close frame without one (RFC 6455, 7.1.5). */
  private static final int NO_STATUS = 1005;

  private static final byte[] NORMAL = {(byte) (1000 >> 8), (byte) 1000};

  /** Of a message in several frames. */
  private final Rest parts = new Rest();

  private boolean inParts;

  SocketLine(DeviceLoop loop, Device device) {
    super(loop, device);
  }

  @Override
  ByteBuf request() {
    return loop.text().upgrade(alloc());
  }

  @Override
  void answered(AnswerHead head) throws MalformedException {
    if (head.status() != 101) {
      end(Ending.answered(head.status(), head.number("retry-after")));
      return;
    }
    if (!ClientText.accept().equals(head.field("sec-websocket-accept"))) {
      throw new MalformedException("the handshake was answered by something else");
    }
    String user = device().user();
    String name = device().name();
    String token = loop.token(user, name);
    helloSent();
    write(ClientText.frame(alloc(), loop.text().hello(user, name, token, device().cursor())));
  }

  @Override
  int read(byte[] bytes, int from, int to, long nanos) throws MalformedException {
    FrameHead head = loop.head();
    int at = from;
    while (!isOver() && head.read(bytes, at, to)) {
      at = head.to();
      frame(bytes, head, nanos);
    }
    return isOver() ? to : at;
  }

  private void frame(byte[] bytes, FrameHead head, long nanos) throws MalformedException {
    int from = head.from();
    int to = head.to();
    switch (head.opcode()) {
      case FrameHead.TEXT -> {
        if (inParts) {
          throw new MalformedException("a message within another");
        }
        if (head.last()) {
          device().told(bytes, from, to, nanos);
        } else {
          inParts = true;
          parts.add(bytes, from, to);
        }
      }
      case FrameHead.CONTINUATION -> part(bytes, head, nanos);
      case FrameHead.PING -> write(ClientText.frame(alloc(), FrameHead.PONG, bytes, from, to));
      case FrameHead.CLOSE -> {
        boolean hasCode = to - from >= 2;
        int code = (bytes[from] & 0xff) << 8 | (hasCode ? bytes[from + 1] & 0xff : 0);
        end(Ending.closed(hasCode ? code : NO_STATUS));
      }
      default -> {
        // A pong that was not asked for.
      }
    }
  }

  private void part(byte[] bytes, FrameHead head, long nanos) throws MalformedException {
    if (!inParts || parts.length() + head.to() - head.from() > DeviceLoop.MOST_FRAME_BYTES) {
      throw new MalformedException("a part of no message, or of one that is too long");
    }
    parts.add(bytes, head.from(), head.to());
    if (head.last()) {
      inParts = false;
      device().told(parts.bytes(), 0, parts.length(), nanos);
      parts.dropBefore(parts.length());
    }
  }

  @Override
  void ack(long seq) {
    write(ClientText.frame(alloc(), "{\"op\":\"ack\",\"seq\":" + seq + "}"));
    device().acked(seq);
  }

  @Override
  void leave() {
    leave(
        Ending.lost(Words.LEFT),
        ClientText.frame(alloc(), FrameHead.CLOSE, NORMAL, 0, NORMAL.length));
  }
}
