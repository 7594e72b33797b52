package io.tidegate.loadtest.report;

import java.util.Map;

/**
 * What the run was told beside its profile.
 *
 * @param url of what was measured, without a token
 * @param options by their name on the command line, without secrets
 */
public record Settings(String url, Map<String, String> options) {
  /** Among the options: the policy that held for those who have no other. */
  public static final String POLICY = "policy default";

  public Settings {
    options = Checks.ordered(options);
  }
}
