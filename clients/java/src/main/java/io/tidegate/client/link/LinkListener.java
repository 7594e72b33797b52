package io.tidegate.client.link;

import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Frame;

/** What a link tells and asks, on the loop. */
public interface LinkListener {
  /** Says who this is, once that can be said. */
  Hello hello();

  /** The other side lives. */
  void alive();

  /** A frame came, as JSON. */
  void told(String text);

  /** A frame came. */
  void heard(Frame frame);

  /** It ended, or is to; whatever comes after this counts for nothing. */
  void ended(End end);

  /** Whether more may be read; {@link Link#more} says when it may again. */
  boolean hasRoom();

  /** Calls once everything that came is handled and stored. */
  void whenSettled(Runnable then);
}
