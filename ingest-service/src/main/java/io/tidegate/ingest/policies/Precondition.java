package io.tidegate.ingest.policies;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request demands of the policy that it changes: {@code If-Match} and {@code If-None-Match}
 * as RFC 9110, section 13.1, has them. The tag of a policy is its version in quotes.
 *
 * @param match one of these must be there; null: no matter what
 * @param noneMatch none of these may be there; null: no matter what
 */
public record Precondition(@Nullable Tags match, @Nullable Tags noneMatch) {
  public static final Precondition NONE = new Precondition(null, null);

  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e]*)\"\\s*");

  /**
   * Some policies, by their tags.
   *
   * @param any any at all
   * @param opaque what stands between the quotes
   */
  public record Tags(boolean any, Set<String> opaque) {
    boolean contain(@Nullable StoredPolicy policy) {
      return policy != null && (any || opaque.contains(Long.toString(policy.version())));
    }
  }

  /**
   * @param ifMatch the field's value; null if it is not there
   * @throws IllegalArgumentException saying which field is wrong: {@code If-Match: reason}
   */
  public static Precondition parse(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
    // A weak tag says only "about the same", which is not enough to overwrite it.
    return new Precondition(
        tags("If-Match", ifMatch, false), tags("If-None-Match", ifNoneMatch, true));
  }

  private static @Nullable Tags tags(String field, @Nullable String value, boolean weakCount) {
    if (value == null) {
      return null;
    }
    if (value.strip().equals("*")) {
      return new Tags(true, Set.of());
    }
    Set<String> opaque = new HashSet<>();
    Matcher matcher = TAG.matcher(value);
    int at = 0;
    while (matcher.region(at, value.length()).lookingAt()) {
      if (weakCount || matcher.group(1) == null) {
        opaque.add(matcher.group(2));
      }
      at = matcher.end();
      if (at == value.length()) {
        return new Tags(false, Set.copyOf(opaque));
      }
      if (value.charAt(at) != ',') {
        break;
      }
      at++;
    }
    throw new IllegalArgumentException(
        field + ": want * or versions in quotes such as \"17\", separated by commas");
  }

  /**
   * @param current null: there is none
   */
  public boolean holds(@Nullable StoredPolicy current) {
    return (match == null || match.contain(current))
        && (noneMatch == null || !noneMatch.contain(current));
  }
}
