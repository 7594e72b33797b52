package io.tidegate.loadtest.devices.wire;

/**
 * Finds Server-Sent Events (WHATWG HTML, 9.2.6) in bytes that come in pieces of any size. Of an
 * event only its data is of use here: everything else stands in it, too. One for each stream.
 */
public final class EventScan {
  private final int mostBytes;

  /** Of the event that is not whole: how far it was searched, and where its last line begins. */
  private int searched;

  private int lineAt;
  private int from;
  private int to;

  /**
   * @param mostBytes of an event, 1 or more
   */
  public EventScan(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Reads the event that begins at {@code at}. Its lines of data, if there are several, are put
   * together in place.
   *
   * @return where the next one begins; -1: this one is not all there, and is to be given again from
   *     its beginning with what follows
   * @throws MalformedException if it is too long
   */
  public int next(byte[] bytes, int at, int end) throws MalformedException {
    int next = find(bytes, at, end);
    if ((next < 0 ? end : next) - at > mostBytes) {
      throw new MalformedException("an event is too long");
    }
    if (next >= 0) {
      searched = 0;
      lineAt = 0;
      data(bytes, at, next);
    }
    return next;
  }

  /** The end of the empty line that ends the event; -1: it is not there. */
  private int find(byte[] bytes, int at, int end) {
    int line = at + lineAt;
    int i = at + searched;
    while (i < end) {
      byte b = bytes[i];
      if (b != '\n' && b != '\r') {
        i++;
        continue;
      }
      if (b == '\r' && i + 1 == end) {
        // Whether a line feed belongs to it is not known yet.
        return later(i - at, line - at);
      }
      int next = b == '\r' && bytes[i + 1] == '\n' ? i + 2 : i + 1;
      if (i == line) {
        return next;
      }
      line = next;
      i = next;
    }
    return later(end - at, line - at);
  }

  private int later(int searchedBytes, int line) {
    searched = searchedBytes;
    lineAt = line;
    return -1;
  }

  private void data(byte[] bytes, int at, int end) {
    from = -1;
    to = -1;
    int line = at;
    while (line < end) {
      int lineEnd = line;
      while (bytes[lineEnd] != '\n' && bytes[lineEnd] != '\r') {
        lineEnd++;
      }
      if (isData(bytes, line, lineEnd)) {
        int value = Math.min(lineEnd, line + "data:".length());
        add(bytes, value < lineEnd && bytes[value] == ' ' ? value + 1 : value, lineEnd);
      }
      boolean isPair = bytes[lineEnd] == '\r' && lineEnd + 1 < end && bytes[lineEnd + 1] == '\n';
      line = lineEnd + (isPair ? 2 : 1);
    }
  }

  private static boolean isData(byte[] bytes, int line, int end) {
    return end - line >= 4
        && bytes[line] == 'd'
        && bytes[line + 1] == 'a'
        && bytes[line + 2] == 't'
        && bytes[line + 3] == 'a'
        && (end - line == 4 || bytes[line + 4] == ':');
  }

  private void add(byte[] bytes, int valueFrom, int valueTo) {
    if (from < 0) {
      from = valueFrom;
      to = valueTo;
      return;
    }
    bytes[to] = '\n';
    System.arraycopy(bytes, valueFrom, bytes, to + 1, valueTo - valueFrom);
    to += 1 + valueTo - valueFrom;
  }

  /** Whether the event had any data; a comment has none. */
  public boolean hasData() {
    return from >= 0;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }
}
