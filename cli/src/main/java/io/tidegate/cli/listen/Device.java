package io.tidegate.cli.listen;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Urgency;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a device knows over all its connections: its cursor, and what a frame means for it. No
 * connection and no clock: frames go in, {@link Step}s come out, in the order they are to be done.
 */
public final class Device {
  private final String user;
  private final String device;
  private final @Nullable Urgency urgency;
  private final @Nullable String token;

  private @Nullable String epoch;
  private long last;
  private boolean welcomed;
  private int unacked;

  /** One that wants everything. */
  public Device(String user, String device) {
    this(user, device, null, null);
  }

  /**
   * @param urgency the least that it wants; null: it does not say
   * @param token says whose it is; null: it shows none
   */
  public Device(String user, String device, @Nullable Urgency urgency, @Nullable String token) {
    this.user = user;
    this.device = device;
    this.urgency = urgency;
    this.token = token;
  }

  /** What the shell is to do. */
  public sealed interface Step {
    /** The session stands; {@code head - seq} messages may come at once. */
    record Welcomed(String mode, long seq, long head, String session) implements Step {}

    /**
     * Show this message, whose cursor is stored.
     *
     * @param seq 0 for a live one
     */
    record Show(long seq, JsonNode message) implements Step {}

    /** Something after the last message was removed undelivered. */
    record Missed(long seq) implements Step {}

    /** Send this ack now. */
    record Ack(long seq) implements Step {}

    /** Ask {@link Device#ackDue} within {@link ClientProtocol#ACK_MILLIS}. */
    record AckSoon() implements Step {}

    /** Close and say hello again with the cursor: a message is missing before this push. */
    record Gap(long last, long prev) implements Step {}

    /** The worker is about to close: reconnect after a random time in this range. */
    record GoAway(long minMillis, long maxMillis) implements Step {}

    /** Close: this is not the protocol. */
    record NotUnderstood(String reason) implements Step {}
  }

  /** The first frame of every connection. */
  Map<String, Object> hello() {
    welcomed = false;
    unacked = 0;
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put(ClientProtocol.OP, ClientProtocol.HELLO);
    hello.put("user", user);
    hello.put("device", device);
    if (urgency != null) {
      hello.put("urgency", urgency.word());
    }
    if (token != null) {
      hello.put(ClientProtocol.TOKEN, token);
    }
    if (epoch != null) {
      hello.put("resume", Map.of("epoch", epoch, "seq", last));
    }
    return hello;
  }

  List<Step> on(JsonNode frame) {
    return switch (frame.path(ClientProtocol.OP).asString("")) {
      case ClientProtocol.WELCOME -> onWelcome(frame);
      case ClientProtocol.PUSH -> onPush(frame);
      case ClientProtocol.LIVE -> onLive(frame);
      case ClientProtocol.RESET -> onReset(frame);
      case ClientProtocol.GOAWAY -> onGoAway(frame);
      // A newer server may say more than this client knows.
      default -> List.of();
    };
  }

  /** The ack that stands out; null if there is none. */
  Step.@Nullable Ack ackDue() {
    if (unacked == 0 || !welcomed) {
      return null;
    }
    unacked = 0;
    return new Step.Ack(last);
  }

  private List<Step> onWelcome(JsonNode frame) {
    String named = frame.path("epoch").asString("");
    JsonNode seq = frame.path("seq");
    if (named.isEmpty() || !seq.isIntegralNumber()) {
      return List.of(new Step.NotUnderstood("a welcome without epoch and seq"));
    }
    String mode = frame.path("mode").asString("");
    epoch = named;
    last = seq.asLong();
    welcomed = true;
    long head = frame.path("head").asLong(last);
    String session = frame.path("session").asString("");
    Step.Welcomed welcome = new Step.Welcomed(mode, last, head, session);
    return mode.equals("reset") ? List.of(welcome, new Step.Missed(last)) : List.of(welcome);
  }

  private List<Step> onPush(JsonNode frame) {
    JsonNode prev = frame.path("prev");
    if (!welcomed || !prev.isIntegralNumber()) {
      return List.of(new Step.NotUnderstood("a push without welcome or prev"));
    }
    if (prev.asLong() > last) {
      return List.of(new Step.Gap(last, prev.asLong()));
    }
    List<Step> steps = new ArrayList<>();
    boolean anyUnacked = unacked > 0;
    for (JsonNode message : frame.path("messages")) {
      long seq = message.path("seq").asLong(0);
      if (seq > last) {
        last = seq;
        steps.add(new Step.Show(seq, message));
      }
      // One shown before counts too: its ack did not arrive.
      unacked++;
      if (unacked >= ClientProtocol.ACK_EVERY) {
        unacked = 0;
        steps.add(new Step.Ack(last));
      }
    }
    if (unacked > 0 && !anyUnacked) {
      steps.add(new Step.AckSoon());
    }
    return steps;
  }

  private static List<Step> onLive(JsonNode frame) {
    List<Step> steps = new ArrayList<>();
    frame.path("messages").forEach(message -> steps.add(new Step.Show(0, message)));
    return steps;
  }

  private List<Step> onReset(JsonNode frame) {
    String named = frame.path("epoch").asString("");
    JsonNode seq = frame.path("seq");
    if (named.isEmpty() || !seq.isIntegralNumber()) {
      return List.of(new Step.NotUnderstood("a reset without epoch and seq"));
    }
    epoch = named;
    last = seq.asLong();
    return List.of(new Step.Missed(last));
  }

  private static List<Step> onGoAway(JsonNode frame) {
    JsonNode range = frame.path("retry_after_ms");
    long min = Math.max(0, range.path(0).asLong(0));
    return List.of(new Step.GoAway(min, Math.max(min, range.path(1).asLong(min))));
  }
}
