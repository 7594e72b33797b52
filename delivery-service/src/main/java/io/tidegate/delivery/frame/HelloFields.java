package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import org.jspecify.annotations.Nullable;

/** What the fields of a hello are held to, be it a frame or the parameters of a request. */
final class HelloFields {
  static final String WINDOW = "want an integer from 1 to " + ClientProtocol.MAX_WINDOW;
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
