package io.tidegate.ingest.http;

/**
 * What happened, and its values, each as {@code key="value"}, as the log writes other lines' pairs.
 * Put together here, since the log's own pairs cost a request a tenth of its CPU.
 */
final class LogLine {
  private static final int CHARS = 384;

  private final StringBuilder text;

  LogLine(String what) {
    text = new StringBuilder(CHARS).append(what);
  }

  /**
   * @param value quotes and backslashes in it are escaped with a backslash
   */
  LogLine with(String key, String value) {
    begin(key);
    if (value.indexOf('"') < 0 && value.indexOf('\\') < 0) {
      text.append(value);
    } else {
      text.append(value.replace("\\", "\\\\").replace("\"", "\\\""));
    }
    text.append('"');
    return this;
  }

  LogLine with(String key, long value) {
    begin(key);
    text.append(value).append('"');
    return this;
  }

  private void begin(String key) {
    text.append(' ').append(key).append("=\"");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
