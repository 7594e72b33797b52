package io.tidegate.delivery.frame;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Reset;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.pace.Pace;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes what clients are told, each frame as the bytes that go over the wire. One per thread: it
 * uses its buffer again.
 *
 * <p>A payload that fan-out has marked as JSON goes in verbatim and unseen: it was checked there.
 * One that says by its type that it is JSON, such as {@code application/geo+json}, is checked here,
 * since fan-out looks at {@code application/json} only. If it is, it goes in verbatim as {@code
 * data}; text that is UTF-8 as a string; all else as {@code data_base64}, also what only claims to
 * be JSON or text. An empty JSON payload is a message without data.
 */
public final class FrameWriter {
  private static final String JSON = "application/json";

  /** A message of so many bytes or more is not copied for each of its clients. */
  private static final int WORTH_SHARING_BYTES = 1024;

  private final JsonBytes json = new JsonBytes();

  public byte[] welcome(SessionId session, Attach attach) {
    begin(ClientProtocol.WELCOME)
        .raw(",\"epoch\":\"")
        .raw(ClientProtocol.epoch(attach.getEpoch()))
        .raw("\",\"mode\":\"")
        .raw(mode(attach.getMode()))
        .raw("\",\"seq\":")
        .number(attach.getSeq())
        .raw(",\"head\":")
        .number(attach.getHead())
        .raw(",\"session\":\"")
        .raw(new SessionName(session, attach.getEpoch()).toString())
        .raw("\"}");
    return WireFrame.text(json);
  }

  /**
   * A welcome that says at what pace pushes come.
   *
   * @param welcome of {@link #welcome}
   */
  public byte[] paced(byte[] welcome, Pace pace) {
    json.reset();
    json.raw(welcome, WireFrame.textAt(welcome), welcome.length - 1);
    if (pace.rate() > 0) {
      boolean whole = pace.rate() == Math.rint(pace.rate());
      json.raw(",\"max_rate\":")
          .raw(whole ? Long.toString((long) pace.rate()) : Double.toString(pace.rate()));
    }
    if (pace.delayMillis() > 0) {
      json.raw(",\"max_delay\":").number(pace.delayMillis());
    }
    if (pace.bytesPerSecond() > 0) {
      json.raw(",\"max_bytes_per_second\":").number(pace.bytesPerSecond());
    }
    json.raw("}");
    return WireFrame.text(json);
  }

  public byte[] push(Deliver deliver) {
    begin(ClientProtocol.PUSH).raw(",\"prev\":").number(deliver.getPrev()).raw(",\"messages\":[");
    for (int i = 0; i < deliver.getMessagesCount(); i++) {
      Pushed message = deliver.getMessages(i);
      json.raw(i == 0 ? "{\"seq\":" : ",{\"seq\":").number(message.getSeq()).raw(",");
      message(message);
    }
    json.raw("]}");
    return WireFrame.text(json);
  }

  /** A message as it stands at the end of a frame with nothing else, for any number of clients. */
  public Tail last(Pushed message) {
    json.reset();
    message(message);
    return new Tail(json.raw("]}").toBytes());
  }

  /**
   * @param last of {@link #last}
   */
  public Frame push(long prev, long seq, Tail last) {
    begin(ClientProtocol.PUSH)
        .raw(",\"prev\":")
        .number(prev)
        .raw(",\"messages\":[{\"seq\":")
        .number(seq)
        .raw(",");
    if (last.length() >= WORTH_SHARING_BYTES) {
      return new Frame(WireFrame.text(json, last.length()), last);
    }
    json.raw(last.bytes());
    return Frame.copying(WireFrame.text(json), last);
  }

  public byte[] live(LiveDeliver live) {
    begin(ClientProtocol.LIVE).raw(",\"messages\":[{");
    message(live.getMessage());
    json.raw("]}");
    return WireFrame.text(json);
  }

  public byte[] reset(Reset reset) {
    begin(ClientProtocol.RESET)
        .raw(",\"epoch\":\"")
        .raw(ClientProtocol.epoch(reset.getEpoch()))
        .raw("\",\"seq\":")
        .number(reset.getSeq())
        .raw("}");
    return WireFrame.text(json);
  }

  /** Asks the client to go elsewhere after a random time between the two. */
  public byte[] goaway(Duration least, Duration most) {
    begin(ClientProtocol.GOAWAY)
        .raw(",\"retry_after_ms\":[")
        .number(least.toMillis())
        .raw(",")
        .number(most.toMillis())
        .raw("]}");
    return WireFrame.text(json);
  }

  /** Takes a new token. */
  public byte[] renewed(long expiresInMillis) {
    begin(ClientProtocol.TOKEN).raw(",\"expires_in_ms\":").number(expiresInMillis).raw("}");
    return WireFrame.text(json);
  }

  /**
   * The end of a stream, which has no close frame.
   *
   * @param detail null: what the code stands for
   */
  byte[] close(CloseCode code, @Nullable String detail) {
    begin(ClientProtocol.CLOSE)
        .raw(",\"code\":")
        .number(code.code())
        .raw(",\"reason\":")
        .string(detail == null ? code.reason() : detail)
        .raw(",\"reconnect\":\"")
        .raw(code.reconnect().name().toLowerCase(Locale.ROOT))
        .raw("\"}");
    return WireFrame.text(json);
  }

  private JsonBytes begin(String op) {
    json.reset();
    return json.raw("{\"op\":\"").raw(op).raw("\"");
  }

  private void message(Pushed message) {
    json.raw("\"id\":")
        .string(message.getId())
        .raw(",\"source\":")
        .string(message.getSource())
        .raw(",\"type\":")
        .string(message.getType())
        .raw(",\"time\":\"")
        .raw(Rfc3339.format(message.getTime()))
        .raw("\",\"urgency\":\"")
        .raw(Urgency.at(message.getUrgency()).word())
        .raw("\"");
    data(message);
    json.raw("}");
  }

  private void data(Pushed message) {
    String type = message.getContentType();
    String lower = type.toLowerCase(Locale.ROOT);
    if (!type.isEmpty()) {
      json.raw(",\"datacontenttype\":").string(type);
    }
    if (message.getJson() || isJson(lower)) {
      if (message.getPayload().isEmpty()) {
        return;
      }
      json.raw(",\"data\":");
      if (message.getJson()) {
        json.unseen(message.getPayload());
        return;
      }
      if (json.verbatim(message.getPayload())) {
        return;
      }
      json.drop(",\"data\":".length());
      if (type.isEmpty()) {
        json.raw(",\"datacontenttype\":\"" + JSON + "\"");
      }
    } else if (isUtf8Text(lower)) {
      json.raw(",\"data\":");
      if (json.string(message.getPayload())) {
        return;
      }
      json.drop(",\"data\":".length());
    }
    json.raw(",\"data_base64\":").base64(message.getPayload());
  }

  private static boolean isJson(String type) {
    String media = media(type);
    return media.isEmpty() || media.equals(JSON) || media.endsWith("+json");
  }

  /** Text in another character set is handed on as bytes. */
  private static boolean isUtf8Text(String type) {
    if (!media(type).startsWith("text/")) {
      return false;
    }
    int charset = type.indexOf("charset=");
    if (charset < 0) {
      return true;
    }
    String name = type.substring(charset + "charset=".length()).replace("\"", "");
    return name.startsWith("utf-8") || name.startsWith("us-ascii");
  }

  private static String media(String type) {
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }

  private static String mode(Attach.Mode mode) {
    return switch (mode) {
      case FRESH -> "fresh";
      case RESUMED -> "resumed";
      // A mode of a newer version: the client then forgets what it had, which is never wrong.
      case RESET, UNKNOWN, UNRECOGNIZED -> "reset";
    };
  }
}
