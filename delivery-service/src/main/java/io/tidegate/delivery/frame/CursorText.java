package io.tidegate.delivery.frame;

import io.tidegate.contract.ClientProtocol;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cursor in one word, {@code epoch-seq}, opaque to clients: an event's id. */
final class CursorText {
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F]{16})-([0-9]{1,18})");

  private CursorText() {}

  static String of(long epoch, long seq) {
    return ClientProtocol.epoch(epoch) + "-" + seq;
  }

  /**
   * @param field to name where it is none
   */
  static ClientFrame.Resume parse(String field, String text) throws MalformedFrameException {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new MalformedFrameException(field, "want the id of an event");
    }
    return new ClientFrame.Resume(
        ClientProtocol.parseEpoch(form.group(1)), Long.parseLong(form.group(2)));
  }
}
