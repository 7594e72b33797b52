package io.tidegate.contract;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type as RFC 9110 writes it, of an event's data.
 *
 * @param text as it was given
 * @param type without parameters, in small letters
 * @param charset in small letters; empty: it says none
 */
public record MediaType(String text, String type, String charset) {
  /** What data is where an event does not say. */
  public static final MediaType JSON = new MediaType("application/json", "application/json", "");

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[ \\t]*+;[ \\t]*+(?:(" + TOKEN + ")=(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\"))?+");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("(" + TOKEN + "/" + TOKEN + ")((?:" + PARAMETER + ")*+)[ \\t]*+");

  /**
   * The type of data.
   *
   * @param attribute to name in errors
   * @throws MalformedEventException if it is none, that of an event, or JSON's in an encoding that
   *     JSON is not in (RFC 8259, section 8.1)
   */
  public static MediaType ofData(String attribute, String given) throws MalformedEventException {
    String text = given.strip();
    if (text.isEmpty()) {
      throw new MalformedEventException(attribute, "must not be empty");
    }
    // First, since the pattern's depth is as long as the text.
    if (text.length() > Message.MAX_ATTRIBUTE_CHARS) {
      throw new MalformedEventException(
          attribute, "longer than " + Message.MAX_ATTRIBUTE_CHARS + " characters");
    }
    Matcher parts = MEDIA_TYPE.matcher(text);
    if (LineText.fault(text) != null || !parts.matches()) {
      throw new MalformedEventException(
          attribute, "want a media type such as text/plain;charset=utf-8");
    }
    String charset = "";
    Matcher parameters = PARAMETER.matcher(parts.group(2));
    while (parameters.find()) {
      if ("charset".equalsIgnoreCase(parameters.group(1))) {
        charset = parameters.group(2).replace("\"", "").toLowerCase(Locale.ROOT);
      }
    }
    MediaType media = new MediaType(text, essence(parts.group(1)), charset);
    if (media.type.startsWith(CloudEventHeaders.EVENT_FORMATS)) {
      // In binary mode it would say that the data is the event.
      throw new MalformedEventException(
          attribute, "want the type of the data, and not that of an event");
    }
    if (media.isJson() && !charset.isEmpty() && !charset.equals("utf-8")) {
      throw new MalformedEventException(attribute, "JSON is in UTF-8");
    }
    return media;
  }

  /** Of any text: what stands before parameters, in small letters. */
  public static String essence(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** Whether the data is JSON, as CloudEvents' JSON format, section 3.1, tells it. */
  public boolean isJson() {
    return type.endsWith("/json") || type.endsWith("+json");
  }

  /** Whether these bytes of UTF-8 are what the charset says. */
  public boolean covers(byte[] utf8) {
    return switch (charset) {
      case "", "utf-8" -> true;
      case "us-ascii" -> isAscii(utf8);
      default -> false;
    };
  }

  private static boolean isAscii(byte[] utf8) {
    for (byte each : utf8) {
      if (each < 0) {
        return false;
      }
    }
    return true;
  }

  /** JSON without a dialect's name, which messages need not say. */
  public boolean isPlainJson() {
    return type.equals(JSON.type);
  }
}
