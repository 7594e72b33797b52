package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.delivery.pace.Pace;
import org.jspecify.annotations.Nullable;

/** What the fields of a hello are held to, be it a frame or the parameters of a request. */
final class HelloFields {
  static final String WINDOW = "want an integer from 1 to " + ClientProtocol.MAX_WINDOW;
  static final String RATE = "want a number from 0.01 to 1000";
  static final String DELAY = "want milliseconds from 0 to " + Pace.MOST_DELAY_MILLIS;
  static final String BYTES = "want an integer from " + Pace.LEAST_BYTES + " to " + Pace.MOST_BYTES;
  static final String COUNT = "want an integer of 0 or more";

  private HelloFields() {}

  /** The same, where a user may be called that. */
  static @Nullable String user(@Nullable String user) throws MalformedFrameException {
    if (user == null) {
      return null;
    }
    try {
      return new UserKey(UserKey.DEFAULT_TENANT, user).user();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int colon = message.indexOf(": ");
      throw new MalformedFrameException("user", message.substring(colon < 0 ? 0 : colon + 2));
    }
  }

  /** The same, where a device may be called that. */
  static @Nullable String device(@Nullable String device) throws MalformedFrameException {
    if (device == null) {
      return null;
    }
    if (!ClientProtocol.isDevice(device)) {
      throw new MalformedFrameException(
          "device", "want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
    }
    if (device.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedFrameException("device", "has a control character");
    }
    if (!UTF_8.newEncoder().canEncode(device)) {
      throw new MalformedFrameException("device", "has half a surrogate pair");
    }
    return device;
  }

  /**
   * @param rate frames a second; null: any number
   * @param delayMillis null: 0
   * @param bytesPerSecond null: any number
   */
  static Pace pace(@Nullable Double rate, @Nullable Long delayMillis, @Nullable Long bytesPerSecond)
      throws MalformedFrameException {
    if (rate != null && !(rate >= Pace.LEAST_RATE && rate <= Pace.MOST_RATE)) {
      throw new MalformedFrameException("max_rate", RATE);
    }
    if (delayMillis != null && (delayMillis < 0 || delayMillis > Pace.MOST_DELAY_MILLIS)) {
      throw new MalformedFrameException("max_delay", DELAY);
    }
    if (bytesPerSecond != null
        && (bytesPerSecond < Pace.LEAST_BYTES || bytesPerSecond > Pace.MOST_BYTES)) {
      throw new MalformedFrameException("max_bytes_per_second", BYTES);
    }
    return rate == null && delayMillis == null && bytesPerSecond == null
        ? Pace.NONE
        : new Pace(
            rate == null ? 0 : rate,
            delayMillis == null ? 0 : delayMillis.intValue(),
            bytesPerSecond == null ? 0 : bytesPerSecond.intValue());
  }

  static boolean isWindow(long window) {
    return window >= 1 && window <= ClientProtocol.MAX_WINDOW;
  }

  /** Null: everything is wanted. */
  static Urgency urgency(@Nullable String word) throws MalformedFrameException {
    Urgency urgency = word == null ? Urgency.VERY_LOW : Urgency.of(word);
    if (urgency == null) {
      throw new MalformedFrameException("urgency", "want very-low, low, normal or high");
    }
    return urgency;
  }
}
