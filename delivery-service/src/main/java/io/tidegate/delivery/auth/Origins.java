package io.tidegate.delivery.auth;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The origins (RFC 6454) whose pages may use a worker's port, as browsers enforce it. */
public final class Origins {
  /** No page of another origin may read an answer; who may connect is not asked. */
  public static final Origins NONE = new Origins("", Set.of());

  private static final String ANY = "*";

  /** As browsers send it, so that nothing stands here that never matches. */
  private static final Pattern FORM =
      Pattern.compile("[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[1-9][0-9]{0,4})?");

  private static final Pattern DEFAULT_PORT = Pattern.compile("http://.*:80|https://.*:443");

  private final String text;
  private final Set<String> names;

  private Origins(String text, Set<String> names) {
    this.text = text;
    this.names = names;
  }

  /**
   * @param text origins with commas between; {@code *}: any; empty: none
   * @throws IllegalArgumentException saying what is wanted
   */
  public static Origins parse(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    Set<String> names =
        Stream.of(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    for (String name : names) {
      boolean good = FORM.matcher(name).matches() && !DEFAULT_PORT.matcher(name).matches();
      if (!good && !(name.equals(ANY) && names.size() == 1)) {
        throw new IllegalArgumentException(
            "want origins as browsers send them, such as https://app.example, with commas"
                + " between, or * alone");
      }
    }
    return new Origins(text, names);
  }

  /** Whether there is a list, so that an origin must be on it. */
  public boolean isSet() {
    return !names.isEmpty();
  }

  public boolean isAny() {
    return names.contains(ANY);
  }

  /**
   * Whether a request may be served.
   *
   * @param origin what it says where it comes from; null: nothing, so that it is no page's
   */
  public boolean admits(@Nullable String origin) {
    return !isSet() || origin == null || isAny() || names.contains(origin);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Origins that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** As it is set. */
  @Override
  public String toString() {
    return text;
  }
}
