package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Finds the messages in frames of our own making, whose names come in a known order. */
final class MessageText {
  private static final byte[] MESSAGES = "\"messages\":[".getBytes(US_ASCII);

  /** Where the digits of a message's seq begin, from where it does. */
  static final int SEQ_AT = "{\"seq\":".length();

  private MessageText() {}

  /** Where the first message of a frame begins; before it stand names and numbers of ours only. */
  static int first(byte[] own) {
    for (int at = 0; at < own.length - MESSAGES.length; at++) {
      if (startsWith(own, at)) {
        return at + MESSAGES.length;
      }
    }
    throw new IllegalArgumentException("a frame without messages");
  }

  private static boolean startsWith(byte[] bytes, int at) {
    for (int i = 0; i < MESSAGES.length; i++) {
      if (bytes[at + i] != MESSAGES[i]) {
        return false;
      }
    }
    return true;
  }

  /** The index of the comma behind the seq of the message that begins there. */
  static int comma(byte[] own, int at) {
    int comma = at + SEQ_AT;
    while (own[comma] != ',') {
      comma++;
    }
    return comma;
  }

  /** The index behind the object that begins there; what stands in it is legal JSON. */
  static int end(byte[] bytes, int from) {
    int depth = 0;
    boolean text = false;
    for (int i = from; i < bytes.length; i++) {
      byte c = bytes[i];
      if (text) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          text = false;
        }
      } else if (c == '"') {
        text = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    throw new IllegalArgumentException("an object without an end");
  }
}
