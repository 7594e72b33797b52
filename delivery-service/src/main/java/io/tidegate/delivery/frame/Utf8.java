package io.tidegate.delivery.frame;

/**
 * Whether bytes are UTF-8 as RFC 3629 has it: nothing overlong, no surrogates, nothing above
 * U+10FFFF. A text frame that is not makes a client close with 1007.
 */
public final class Utf8 {
  private Utf8() {}

  public static boolean isValid(byte[] bytes) {
    return isValid(bytes, 0, bytes.length);
  }

  static boolean isValid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int b = bytes[i++];
      if (b >= 0) {
        continue;
      }
      int lead = b & 0xff;
      int more;
      int least = 0x80;
      int most = 0xbf;
      if (lead >= 0xc2 && lead <= 0xdf) {
        more = 1;
      } else if (lead >= 0xe0 && lead <= 0xef) {
        more = 2;
        least = lead == 0xe0 ? 0xa0 : 0x80;
        most = lead == 0xed ? 0x9f : 0xbf;
      } else if (lead >= 0xf0 && lead <= 0xf4) {
        more = 3;
        least = lead == 0xf0 ? 0x90 : 0x80;
        most = lead == 0xf4 ? 0x8f : 0xbf;
      } else {
        return false;
      }
      if (to - i < more) {
        return false;
      }
      int second = bytes[i] & 0xff;
      if (second < least || second > most) {
        return false;
      }
      for (int k = 1; k < more; k++) {
        if ((bytes[i + k] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += more;
    }
    return true;
  }
}
