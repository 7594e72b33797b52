package io.tidegate.loadtest.offer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Sending;
import tools.jackson.databind.json.JsonMapper;

/** Messages as ingest's JSON. What does not change is made once. */
final class Bodies {
  private final Outgoing outgoing;
  private final byte[] receiver;
  private final byte[] closed;
  private final byte[] rest;
  private final boolean collapse;
  private final boolean numbered;

  Bodies(Outgoing outgoing) {
    this.outgoing = outgoing;
    Names names = outgoing.names();
    Receivers.Kind kind = outgoing.kind();
    this.receiver =
        (switch (kind) {
              case USER -> "{\"to\":{\"user\":\"" + names.userPrefix();
              case GROUP -> "{\"to\":{\"group\":\"" + names.groupPrefix();
              case ALL -> "{\"to\":{\"all\":true";
            })
            .getBytes(US_ASCII);
    this.closed = (kind == Receivers.Kind.ALL ? "},\"id\":\"" : "\"},\"id\":\"").getBytes(US_ASCII);
    this.rest = rest(outgoing.sending()).getBytes(UTF_8);
    this.collapse = outgoing.sending().collapse();
    this.numbered = kind != Receivers.Kind.ALL;
  }

  private static String rest(Sending sending) {
    StringBuilder json = new StringBuilder("\",\"urgency\":\"").append(sending.urgency().word());
    json.append('"');
    if (sending.ttlSeconds() != null) {
      json.append(",\"ttl\":").append(sending.ttlSeconds());
    }
    if (sending.category() != null) {
      json.append(",\"category\":")
          .append(JsonMapper.shared().writeValueAsString(sending.category()));
    }
    return json.append(",\"data\":").append(Payload.json(sending.bytes())).append('}').toString();
  }

  /** Appends the message. */
  void write(long message, ByteBuf to) {
    to.writeBytes(receiver);
    if (numbered) {
      number(outgoing.audience().choice(message), to);
    }
    to.writeBytes(closed);
    ByteBufUtil.writeAscii(to, outgoing.ids().run());
    to.writeByte('-');
    number(message, to);
    if (collapse) {
      ByteBufUtil.writeAscii(to, "\",\"collapse_key\":\"load");
    }
    to.writeBytes(rest);
  }

  private static void number(long number, ByteBuf to) {
    ByteBufUtil.writeAscii(to, Long.toString(number));
  }
}
