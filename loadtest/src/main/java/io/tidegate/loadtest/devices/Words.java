package io.tidegate.loadtest.devices;

/** How connections end that no close code or status ended. */
public final class Words {
  /** Nobody listens there. */
  public static final String REFUSED = "refused";

  /** The other side ended it, or what is between, without a word. */
  public static final String CUT = "cut";

  /** No connection, or no welcome, in time. */
  public static final String TIMEOUT = "timeout";

  /** It was welcome, and then nothing came for longer than pings are apart. */
  public static final String SILENT = "silent";

  /** A message was missing before a push. */
  public static final String GAP = "gap";

  /** What came is not of the protocol. */
  public static final String MALFORMED = "malformed";

  /** TLS did not come to be. */
  public static final String TLS = "tls";

  /** No local address, or no port of it, was free. */
  public static final String NO_ADDRESS = "no address";

  /** An ack by request whose connection ended before its answer. */
  public static final String NO_ANSWER = "no answer";

  /** A fault of ours. */
  public static final String FAULT = "fault";

  /** {@link Fleet#cut}. */
  public static final String CUT_HERE = "cut here";

  /** {@link Fleet#leave}. */
  public static final String LEFT = "left";

  private Words() {}
}
