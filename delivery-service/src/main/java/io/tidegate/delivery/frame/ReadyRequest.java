package io.tidegate.delivery.frame;

/**
 * What a request for readiness asks for.
 *
 * @param spread by how many percent the worker may have more connections than the one that has
 *     fewest; {@link #ANY} where that is not asked
 */
public record ReadyRequest(int spread) {
  public static final int ANY = -1;

  private static final int MOST = 1_000;

  /**
   * @param query what stands behind the question mark; other parameters are ignored
   * @throws MalformedFrameException naming the parameter
   */
  public static ReadyRequest parse(String query) throws MalformedFrameException {
    String spread = QueryText.parse(query).get("spread");
    if (spread == null) {
      return new ReadyRequest(ANY);
    }
    if (!spread.matches("[0-9]{1,4}") || Integer.parseInt(spread) > MOST) {
      throw new MalformedFrameException("spread", "want percent, 0 to " + MOST);
    }
    return new ReadyRequest(Integer.parseInt(spread));
  }
}
