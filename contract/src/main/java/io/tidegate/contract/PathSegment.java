package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** A name as it stands between two slashes of a path. */
public final class PathSegment {
  private PathSegment() {}

  /** Percent-encoded; dots alone too, which would mean another path. */
  public static String encode(String name) {
    String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20");
    return encoded.matches("\\.+") ? encoded.replace(".", "%2E") : encoded;
  }
}
