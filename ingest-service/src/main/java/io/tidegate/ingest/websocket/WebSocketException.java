package io.tidegate.ingest.websocket;

import io.tidegate.contract.CloseCode;

/** What a client did ends its connection, with a code and a reason of at most 123 bytes. */
public final class WebSocketException extends Exception {
  private static final long serialVersionUID = 1L;

  private final CloseCode code;
  private final String reason;

  public WebSocketException(CloseCode code, String reason) {
    // No stack trace: it is an answer, not a fault, and hostile input must stay cheap.
    super(reason, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  public CloseCode code() {
    return code;
  }

  public String reason() {
    return reason;
  }
}
