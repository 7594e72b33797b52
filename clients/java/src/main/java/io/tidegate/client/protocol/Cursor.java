package io.tidegate.client.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last message that a device has. It only means something within its epoch.
 *
 * @param epoch of the mailbox, 16 hex digits
 * @param seq the message's number in it, 0 to 999,999,999,999,999,999
 */
public record Cursor(String epoch, long seq) {
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F]{16})-([0-9]{1,18})");
  private static final Pattern EPOCH = Pattern.compile("[0-9a-fA-F]{16}");
  private static final long MOST = 999_999_999_999_999_999L;

  /**
   * @throws IllegalArgumentException naming the field, if it is none
   */
  public Cursor {
    if (!EPOCH.matcher(epoch).matches()) {
      throw new IllegalArgumentException("epoch: want 16 hex digits");
    }
    if (seq < 0 || seq > MOST) {
      throw new IllegalArgumentException("seq: want 0 to " + MOST);
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is no cursor
   */
  public static Cursor parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("cursor: want 16 hex digits, a hyphen and a number");
    }
    return new Cursor(parts.group(1), Long.parseLong(parts.group(2)));
  }

  /** As one word, which is also the {@code id} of a stream's events. */
  @Override
  public String toString() {
    return epoch + '-' + seq;
  }
}
