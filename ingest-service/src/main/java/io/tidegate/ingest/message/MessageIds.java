package io.tidegate.ingest.message;

import java.util.UUID;

/** Ids for messages that bring none: UUID version 7 (RFC 9562), so that ids sort by time. */
public final class MessageIds {
  private MessageIds() {}

  /**
   * @param epochMillis 48 bits are used
   * @param randomA 12 bits are used
   * @param randomB 62 bits are used
   */
  public static UUID uuid7(long epochMillis, long randomA, long randomB) {
    long high = (epochMillis << 16) | 0x7000L | (randomA & 0xfffL);
    long low = 0x8000_0000_0000_0000L | (randomB & 0x3fff_ffff_ffff_ffffL);
    return new UUID(high, low);
  }
}
