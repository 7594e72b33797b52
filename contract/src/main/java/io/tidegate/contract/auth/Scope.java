package io.tidegate.contract.auth;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an API key may allow. */
public enum Scope {
  /** To send messages. */
  SEND,
  /** To change who is in a group. */
  GROUPS,
  /** To read and change policies, and what is set for a user. */
  POLICIES,
  /** To have messages delivered again, once there is something for it; see {@link #isForLater}. */
  REPLAY,
  /** To see what is known of users and of their messages. */
  INSPECT,
  /** To make tokens for the devices of any user of the tenant. */
  TOKENS,
  /**
   * To say to which URLs messages go, which is a way out for all that users and groups are sent.
   */
  ENDPOINTS;

  /** As it is written everywhere outside of this program. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether nothing asks for it yet, so that a key that has it gains power with a later version.
   */
  public boolean isForLater() {
    return this == REPLAY;
  }

  /** Null: there is none of that word. */
  public static @Nullable Scope of(String word) {
    for (Scope scope : values()) {
      if (scope.word().equals(word)) {
        return scope;
      }
    }
    return null;
  }
}
