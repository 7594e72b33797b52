package io.tidegate.ingest.websocket;

/** Where the bytes of frames come from. Its exceptions of a connection's end pass through. */
public interface Source {
  /** The next byte, 0 to 255. Waits for it. */
  int read();

  /**
   * Waits for a byte at least, and reads as many as are there.
   *
   * @return how many, 1 to {@code length}
   */
  int read(byte[] into, int offset, int length);

  /** The first byte of a message or of a control frame has come. */
  void began();

  /**
   * The next bytes of a message are going to be kept.
   *
   * @throws WebSocketException if there is no room for them
   */
  void keep(int bytes) throws WebSocketException;
}
