package io.tidegate.fanout.record;

import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.fanout.sequencer.UserEvent;
import org.jspecify.annotations.Nullable;

/** Reads values of {@code tidegate.users}, which anyone may have written. */
public final class SettingsRecords {
  private SettingsRecords() {}

  /**
   * @param value null: nothing is set any more
   * @throws RejectedException if it is no {@link UserSettings}
   */
  public static UserEvent event(byte @Nullable [] value) throws RejectedException {
    if (value == null) {
      return new UserEvent.SettingsChanged("");
    }
    try {
      UserSettings settings = UserSettings.parse(value);
      return new UserEvent.SettingsChanged(
          settings.equals(UserSettings.NONE) ? "" : settings.toJson());
    } catch (InvalidPolicyException e) {
      throw new RejectedException(DeadLetterCause.MALFORMED, "value: " + e.getMessage());
    }
  }
}
