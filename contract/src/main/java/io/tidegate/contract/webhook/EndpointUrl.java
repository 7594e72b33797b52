package io.tidegate.contract.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The URL of an endpoint that may be asked as far as the text says; which addresses its host has is
 * found out at each connection, and for {@link Networks} to judge.
 *
 * @param secure whether it is https
 * @param host as DNS and TLS know it, in small letters; an IPv6 address without brackets
 * @param port 80, 443 or 1024 to 65535
 * @param target what a request's first line names: path and query
 */
public record EndpointUrl(boolean secure, String host, int port, String target) {
  public static final int MAX_CHARS = 2048;

  private static final Pattern NUMBER =
      Pattern.compile("(^|\\.)(\\d+|0x[0-9a-f]*)\\.?$", Pattern.CASE_INSENSITIVE);

  private static final Pattern QUAD = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final int FIRST_FREE = 1024;
  private static final int MAX_HOST_CHARS = 253;

  /**
   * @param plain whether http may be, too
   * @throws IllegalArgumentException with the reason alone
   */
  public static EndpointUrl parse(String text, boolean plain) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("longer than " + MAX_CHARS + " characters");
    }
    // URI takes letters beyond ASCII, which no request line may have.
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("has a character that must be percent-encoded");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no URL: " + e.getReason() + " at " + e.getIndex(), e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("https");
    if (!secure && !(plain && scheme.equals("http"))) {
      throw new IllegalArgumentException(plain ? "want https or http" : "want https");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("has a user or a password; they would be sent to no one");
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("has a fragment, which is never sent");
    }
    String named = uri.getHost();
    if (named == null
        || named.length() > MAX_HOST_CHARS
        || named.indexOf('%') >= 0
        || isOddNumber(named)) {
      throw new IllegalArgumentException("has no host that could be asked");
    }
    int port = uri.getPort() < 0 ? (secure ? HTTPS : HTTP) : uri.getPort();
    if (port != HTTPS && port != HTTP && (port < FIRST_FREE || port > 65_535)) {
      throw new IllegalArgumentException("port: want 80, 443 or 1024 to 65535");
    }
    return new EndpointUrl(secure, bare(named), port, target(uri));
  }

  /** What some take for an address that it does not look like, such as {@code 2130706433}. */
  private static boolean isOddNumber(String host) {
    return NUMBER.matcher(host).find() && !QUAD.matcher(host).matches();
  }

  private static String bare(String host) {
    return host.startsWith("[")
        ? host.substring(1, host.length() - 1)
        : host.toLowerCase(Locale.ROOT);
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /**
   * @throws IllegalArgumentException with the reason alone, if the host is an address that must not
   *     be asked
   */
  public void requireAllowed(Networks networks) {
    InetAddress literal;
    try {
      literal = InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return; // a name, which has its addresses when it is asked
    }
    String refusal = networks.refusal(literal);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
  }

  /** What fails together, and is asked no more often together than may be. */
  public String origin() {
    return bracketed(plainHost()) + ":" + port;
  }

  /** As the field Host has it. */
  public String authority() {
    String name = bracketed(host);
    return port == (secure ? HTTPS : HTTP) ? name : name + ":" + port;
  }

  private static String bracketed(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  /** In the one way to write it: no full stop at its end, an address as Java has it. */
  private String plainHost() {
    if (host.indexOf(':') >= 0) {
      return InetAddress.ofLiteral(host).getHostAddress();
    }
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
