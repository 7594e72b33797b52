package io.tidegate.loadtest.offer;

/** The data of every message: JSON of a given size. */
final class Payload {
  private static final String BEFORE = "{\"text\":\"";
  private static final String AFTER = "\"}";
  private static final String WORDS = "the quick brown fox jumps over the lazy dog ";

  private Payload() {}

  /**
   * @param bytes at least 16
   */
  static String json(int bytes) {
    int text = bytes - BEFORE.length() - AFTER.length();
    return BEFORE + WORDS.repeat(text / WORDS.length() + 1).substring(0, text) + AFTER;
  }
}
