package io.tidegate.loadtest.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.loadtest.devices.rule.Cursor;
import io.tidegate.loadtest.devices.wire.FrameHead;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** What devices say, as it goes over the wire. */
final class ClientText {
  /** Of every handshake, so that what answers it is known beforehand. */
  private static final String KEY = key();

  private static final String ACCEPT = accept(KEY);

  private final FleetSettings.Target target;
  private final FleetSettings.Speech speech;

  ClientText(FleetSettings settings) {
    this.target = settings.target();
    this.speech = settings.speech();
  }

  private static String key() {
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    return Base64.getEncoder().encodeToString(nonce);
  }

  /** RFC 6455, 4.2.2. */
  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code Sec-WebSocket-Accept} of a good answer is. */
  static String accept() {
    return ACCEPT;
  }

  ByteBuf upgrade(ByteBufAllocator alloc) {
    return text(
        alloc,
        "GET "
            + target.base()
            + ClientProtocol.CONNECT_PATH
            + " HTTP/1.1\r\nhost: "
            + target.hostHeader()
            + "\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13"
            + "\r\nsec-websocket-key: "
            + KEY
            + "\r\nsec-websocket-protocol: "
            + ClientProtocol.SUBPROTOCOL
            + "\r\n\r\n");
  }

  String hello(String user, String device, @Nullable String token, Cursor cursor) {
    StringBuilder json = new StringBuilder(192).append("{\"op\":\"hello\",\"user\":\"");
    quote(user, json);
    json.append("\",\"device\":\"");
    quote(device, json);
    json.append('"');
    if (token != null) {
      json.append(",\"token\":\"");
      quote(token, json);
      json.append('"');
    }
    if (cursor.isKnown()) {
      json.append(",\"resume\":{\"epoch\":\"")
          .append(cursor.epoch())
          .append("\",\"seq\":")
          .append(cursor.last())
          .append('}');
    }
    if (speech.window() != ClientProtocol.DEFAULT_WINDOW) {
      json.append(",\"window\":").append(speech.window());
    }
    return json.append('}').toString();
  }

  private static void quote(String text, StringBuilder json) {
    JsonStringEncoder.getInstance().quoteAsString(text, json);
  }

  ByteBuf stream(
      ByteBufAllocator alloc, String user, String device, @Nullable String token, Cursor cursor) {
    StringBuilder text =
        new StringBuilder(256)
            .append("GET ")
            .append(target.base())
            .append(ClientProtocol.STREAM_PATH)
            .append(who(user, device));
    if (speech.window() != ClientProtocol.DEFAULT_WINDOW) {
      text.append("&window=").append(speech.window());
    }
    if (speech.streamAcks() == FleetSettings.StreamAcks.WRITE) {
      text.append("&ack=write");
    }
    if (cursor.isKnown()) {
      text.append("&cursor=").append(cursor.epoch()).append('-').append(cursor.last());
    }
    text.append(" HTTP/1.1\r\nhost: ")
        .append(target.hostHeader())
        .append("\r\naccept: text/event-stream\r\n");
    authorization(token, text);
    return text(alloc, text.append("\r\n").toString());
  }

  /** An ack by request. */
  ByteBuf ack(
      ByteBufAllocator alloc,
      String user,
      String device,
      @Nullable String token,
      String session,
      long seq) {
    StringBuilder body = new StringBuilder(96).append("{\"session\":\"");
    quote(session, body);
    body.append("\",\"seq\":").append(seq).append('}');
    StringBuilder text =
        new StringBuilder(384)
            .append("POST ")
            .append(target.base())
            .append(ClientProtocol.ACKS_PATH)
            .append(who(user, device))
            .append(" HTTP/1.1\r\nhost: ")
            .append(target.hostHeader())
            .append("\r\ncontent-type: application/json\r\ncontent-length: ")
            .append(ByteBufUtil.utf8Bytes(body))
            .append("\r\n");
    authorization(token, text);
    return text(alloc, text.append("\r\n").append(body).toString());
  }

  private static String who(String user, String device) {
    return "?user="
        + URLEncoder.encode(user, UTF_8)
        + "&device="
        + URLEncoder.encode(device, UTF_8);
  }

  private static void authorization(@Nullable String token, StringBuilder text) {
    if (token != null) {
      text.append("authorization: Bearer ").append(token).append("\r\n");
    }
  }

  private static ByteBuf text(ByteBufAllocator alloc, String text) {
    return ByteBufUtil.writeUtf8(alloc, text);
  }

  /** A text frame. */
  static ByteBuf frame(ByteBufAllocator alloc, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return frame(alloc, FrameHead.TEXT, bytes, 0, bytes.length);
  }

  /**
   * A frame with a mask, as clients send it.
   *
   * @param to {@code to - from} is below 64 KiB
   */
  static ByteBuf frame(ByteBufAllocator alloc, int opcode, byte[] payload, int from, int to) {
    int length = to - from;
    ByteBuf frame = alloc.directBuffer(length + 8);
    frame.writeByte(0x80 | opcode);
    if (length < 126) {
      frame.writeByte(0x80 | length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(length);
    }
    int mask = ThreadLocalRandom.current().nextInt();
    frame.writeInt(mask);
    for (int i = 0; i < length; i++) {
      frame.writeByte(payload[from + i] ^ (mask >> (24 - 8 * (i & 3))));
    }
    return frame;
  }
}
