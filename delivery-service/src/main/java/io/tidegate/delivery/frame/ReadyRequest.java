package io.tidegate.delivery.frame;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request for readiness asks for beside.
 *
 * @param load whether a worker that has as much as it should is not ready
 * @param spread by how many percent the worker may have more connections than the one that has
 *     fewest; {@link #ANY} where that is not asked
 */
public record ReadyRequest(boolean load, int spread) {
  public static final int ANY = -1;

  /** As an orchestrator asks. */
  public static final ReadyRequest PLAIN = new ReadyRequest(false, ANY);

  private static final int MOST = 1_000;

  /**
   * @param query what stands behind the question mark; other parameters are ignored
   * @throws MalformedFrameException naming the parameter
   */
  public static ReadyRequest parse(String query) throws MalformedFrameException {
    if (!query.contains("load") && !query.contains("spread")) {
      return PLAIN;
    }
    Map<String, String> parameters = QueryText.parse(query);
    return new ReadyRequest(load(parameters.get("load")), spread(parameters.get("spread")));
  }

  private static boolean load(@Nullable String word) throws MalformedFrameException {
    if (word != null && !word.equals("true") && !word.equals("false")) {
      throw new MalformedFrameException("load", "want true or false");
    }
    return "true".equals(word);
  }

  private static int spread(@Nullable String percent) throws MalformedFrameException {
    if (percent == null) {
      return ANY;
    }
    if (!percent.matches("[0-9]{1,4}") || Integer.parseInt(percent) > MOST) {
      throw new MalformedFrameException("spread", "want percent, 0 to " + MOST);
    }
    return Integer.parseInt(percent);
  }
}
