package io.tidegate.delivery.frame;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.session.SessionId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A session as its client names it where it acks by a request: {@code slot.incarnation.n.epoch}. To
 * the client it is one opaque word. It has the epoch, because an ack that another worker takes must
 * say what its seq counts in.
 */
public record SessionName(SessionId id, long epoch) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,9})\\.([0-9]{1,18})\\.([1-9][0-9]{0,17})\\.([0-9a-f]{16})");

  /** The name, in ASCII. */
  @Override
  public String toString() {
    return id.getSlot()
        + "."
        + id.getIncarnation()
        + "."
        + id.getN()
        + "."
        + ClientProtocol.epoch(epoch);
  }

  /**
   * @throws MalformedFrameException if it is no name of ours
   */
  static SessionName parse(String text) throws MalformedFrameException {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new MalformedFrameException("session", "want the session of a welcome");
    }
    return new SessionName(
        SessionId.newBuilder()
            .setSlot(Integer.parseInt(form.group(1)))
            .setIncarnation(Long.parseLong(form.group(2)))
            .setN(Long.parseLong(form.group(3)))
            .build(),
        ClientProtocol.parseEpoch(form.group(4)));
  }
}
