package io.tidegate.delivery.connection;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.auth.Entry;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameParser;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import java.time.Duration;

/** A WebSocket that speaks {@code tidegate.v1}. */
final class TidegateSocket extends WebSocketHandler {
  TidegateSocket(Loop loop, boolean deflates) {
    super(loop, deflates);
  }

  @Override
  Transport transport() {
    return Transport.WEBSOCKET;
  }

  @Override
  void tell(InboxCommand command) {
    write(command.told());
  }

  @Override
  boolean tellGoaway(Frame frame, Duration least, Duration most) {
    outlet().writeNow(frame);
    return true;
  }

  @Override
  Action hear(byte[] text, long now) throws MalformedFrameException {
    return switch (FrameParser.parse(text)) {
      case ClientFrame.Ack ack -> session().onAck(ack.seq(), now);
      case ClientFrame.Greeting greeting -> onGreeting(greeting, now);
      case ClientFrame.Renewal renewal -> onRenewal(renewal, now);
    };
  }

  private Action onGreeting(ClientFrame.Greeting greeting, long now) {
    if (!session().wantsHello()) {
      return session().close(CloseCode.BAD_FRAME, "op: hello was said already", now);
    }
    return switch (loop().door().enter(greeting)) {
      case Entry.Refused refused -> refused(refused, now);
      case Entry.Let let -> {
        holds(let, now);
        yield session().onHello(let.hello(), now);
      }
    };
  }

  private Action onRenewal(ClientFrame.Renewal renewal, long now) {
    Action early = session().onToken(now);
    if (early != Plain.NOTHING) {
      return early;
    }
    return switch (loop().door().renew(renewal.token(), session().user(), session().device())) {
      case Entry.Refused refused -> refused(refused, now);
      case Entry.Let let -> {
        holds(let, now);
        if (let.lifeMillis() != Entry.FOR_EVER) {
          outlet().writeNow(new FrameWriter().renewed(let.lifeMillis()));
        }
        yield Plain.NOTHING;
      }
    };
  }

  private Action refused(Entry.Refused refused, long now) {
    if (refused.fault() != null) {
      loop().metrics().tokenRefused(refused.fault());
    }
    return session().close(refused.code(), refused.detail(), now);
  }
}
