package io.tidegate.ingest.connection;

import java.util.Locale;

/** What a connection is at. */
public enum Phase {
  /** Nothing of the next request has come. */
  IDLE,
  /** The request line and headers are coming in. */
  HEAD,
  /** A handler reads the body. */
  BODY,
  /** We are working or answering; no bytes are asked for. */
  ANSWER,
  /** Another protocol than HTTP waits for a client's next frame. */
  STREAM,
  /** A frame is coming in. */
  FRAME,
  /** The last request is answered before all of it was read; the rest is read and dropped. */
  LINGER;

  /** The metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
