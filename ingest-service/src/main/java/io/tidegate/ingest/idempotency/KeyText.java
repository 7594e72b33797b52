package io.tidegate.ingest.idempotency;

import java.util.List;

/**
 * The field Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): one structured-field
 * string (RFC 9651, 3.3.3) of 1 to {@value #MAX_CHARS} characters, without parameters.
 */
public final class KeyText {
  public static final int MAX_CHARS = 255;
  private static final String WANTED =
      "want one string in double quotes, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\", of 1 to "
          + MAX_CHARS
          + " characters of visible ASCII and spaces";

  private KeyText() {}

  /**
   * @param values of all fields of that name
   * @return what is between the quotes
   * @throws IllegalArgumentException saying what is wanted
   */
  public static String parse(List<String> values) {
    if (values.size() != 1) {
      throw new IllegalArgumentException(WANTED);
    }
    String field = values.getFirst().strip();
    int last = field.length() - 1;
    if (last < 2 || field.charAt(0) != '"' || field.charAt(last) != '"') {
      throw new IllegalArgumentException(WANTED);
    }
    StringBuilder key = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      char c = field.charAt(i);
      if (c == '\\') {
        i++;
        c = field.charAt(i);
        if (i == last || (c != '"' && c != '\\')) {
          throw new IllegalArgumentException(WANTED);
        }
      } else if (c == '"' || c < ' ' || c > '~') {
        throw new IllegalArgumentException(WANTED);
      }
      key.append(c);
    }
    if (key.length() > MAX_CHARS) {
      throw new IllegalArgumentException(WANTED);
    }
    return key.toString();
  }
}
