package io.tidegate.delivery.connection;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.delivery.frame.CloudEventFrames;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameParser;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.session.Action;
import java.time.Duration;

/**
 * A WebSocket that speaks {@code cloudevents.json}, one event a frame, for clients that know
 * nothing of ours. The request is the hello, as a stream's is.
 */
final class CloudEventSocket extends WebSocketHandler {
  private final boolean ackOnWrite;

  /** How many events of our own this connection was told. */
  private int told;

  CloudEventSocket(Loop loop, boolean deflates, boolean ackOnWrite) {
    super(loop, deflates);
    this.ackOnWrite = ackOnWrite;
  }

  @Override
  Transport transport() {
    return Transport.CLOUDEVENTS;
  }

  @Override
  boolean acksOnWrite() {
    return ackOnWrite;
  }

  @Override
  void tell(InboxCommand command) {
    CloudEventFrames frames = loop().cloudEvents();
    Frame frame = command.told();
    switch (command) {
      case InboxCommand.Push _ -> frames.push(session().epoch(), frame).forEach(this::write);
      case InboxCommand.Live _ -> write(frames.live(frame));
      case InboxCommand.Attach _ -> write(frames.control(ClientProtocol.WELCOME, id(), frame));
      case InboxCommand.Reset _ -> write(frames.control(ClientProtocol.RESET, id(), frame));
      case InboxCommand.Kick _ -> throw new IllegalStateException("a kick has no event");
    }
  }

  @Override
  boolean tellGoaway(Frame frame, Duration least, Duration most) {
    outlet().writeNow(loop().cloudEvents().control(ClientProtocol.GOAWAY, id(), frame));
    return true;
  }

  private String id() {
    told++;
    return session().id().getSlot()
        + "."
        + session().id().getIncarnation()
        + "."
        + session().id().getN()
        + "-"
        + told;
  }

  @Override
  Action hear(byte[] text, long now) throws MalformedFrameException {
    return session().onAck(FrameParser.parseAckEvent(text).seq(), now);
  }
}
