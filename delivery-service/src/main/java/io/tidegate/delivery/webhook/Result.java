package io.tidegate.delivery.webhook;

import java.util.Locale;

/** How a request to an endpoint ended. */
public enum Result {
  /** 2xx: the endpoint has the message. */
  TAKEN(true),
  /** 410: it will never take anything again. */
  GONE(true),
  /** A 4xx that says that this request will not do, however often it comes. */
  REFUSED(true),
  /**
   * 408, 409, 425 and 429: not now. And 401, 403, 404 and 405: it says of every request that it is
   * not let in or that nothing is there, and nothing of this message.
   */
  LATER(true),
  /** Any other status: 5xx, and redirects, which are not followed. */
  FAILED(false),
  /** No whole answer in time. */
  TIMEOUT(false),
  /** No connection, no name, no certificate that is trusted; or the connection broke. */
  UNREACHABLE(false),
  /** Its host has no address that may be asked, or its URL is none that may be. */
  FORBIDDEN(false),
  /** It never got as far as the host, because this worker had too much to do. */
  CROWDED(true);

  private final boolean alive;

  Result(boolean alive) {
    this.alive = alive;
  }

  /** Of an answer with that status. */
  public static Result of(int status) {
    return switch (status) {
      case 410 -> GONE;
      case 401, 403, 404, 405, 408, 409, 425, 429 -> LATER;
      default -> {
        if (status >= 200 && status < 300) {
          yield TAKEN;
        }
        yield status >= 400 && status < 500 ? REFUSED : FAILED;
      }
    };
  }

  /** Whether the host works as a host should, whatever it thinks of the message. */
  public boolean isAlive() {
    return alive;
  }

  /** Whether it says nothing of the host. */
  public boolean isOurs() {
    return this == CROWDED;
  }

  /** Whether it says that the message itself will not do. */
  boolean isDefinite() {
    return this == REFUSED;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
