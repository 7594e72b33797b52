package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.Message;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type as RFC 9110 writes it.
 *
 * @param text as it was given
 * @param type without parameters, in small letters
 * @param charset in small letters; empty: it says none
 */
record MediaType(String text, String type, String charset) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[ \\t]*+;[ \\t]*+(?:(" + TOKEN + ")=(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\"))?+");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("(" + TOKEN + "/" + TOKEN + ")((?:" + PARAMETER + ")*+)[ \\t]*+");

  static MediaType of(String field, String given) throws InvalidMessageException {
    String text = Text.attribute(field, given.strip(), Message.MAX_ATTRIBUTE_CHARS);
    Matcher parts = MEDIA_TYPE.matcher(text);
    if (!parts.matches()) {
      throw invalid(field, "want a media type such as text/plain;charset=utf-8");
    }
    String charset = "";
    Matcher parameters = PARAMETER.matcher(parts.group(2));
    while (parameters.find()) {
      if ("charset".equalsIgnoreCase(parameters.group(1))) {
        charset = parameters.group(2).replace("\"", "").toLowerCase(Locale.ROOT);
      }
    }
    MediaType media = new MediaType(text, parts.group(1).toLowerCase(Locale.ROOT), charset);
    if (media.type.startsWith(CloudEventHeaders.EVENT_FORMATS)) {
      throw invalid(field, "want the type of the data, and not that of an event");
    }
    if (media.isJson() && !charset.isEmpty() && !charset.equals("utf-8")) {
      throw invalid(field, "JSON is in UTF-8");
    }
    return media;
  }

  /** Whether the data is JSON, as CloudEvents' JSON format, section 3.1, tells it. */
  boolean isJson() {
    return type.endsWith("/json") || type.endsWith("+json");
  }

  /** Text in it can be UTF-8 without contradicting what it says. */
  boolean isUtf8() {
    return charset.isEmpty() || charset.equals("utf-8") || charset.equals("us-ascii");
  }

  /** JSON without a dialect's name, which messages need not say. */
  boolean isPlainJson() {
    return type.equals("application/json");
  }
}
