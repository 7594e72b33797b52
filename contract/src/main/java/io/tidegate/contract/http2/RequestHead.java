package io.tidegate.contract.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/2 request as that of an HTTP/1.1 request with the same meaning (RFC 9113,
 * 8.3.1 and 10.3). What could be read as something else there, such as a line's end within a value,
 * a length beside the framing, or a header that is about the connection, is refused.
 *
 * @param target with its query
 * @param fields the host first, where there is one; no pseudo-headers
 * @param length of the body; {@link #CHUNKED}: it is not said
 */
public record RequestHead(String method, String target, List<Field> fields, long length) {
  public static final long CHUNKED = -1;

  private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":authority", ":path");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private static final int MAX_LENGTH_DIGITS = 18;

  /**
   * @param bodyFollows false: the request ends with its head
   * @throws MalformedException naming the field
   */
  public static RequestHead of(List<Field> fields, boolean bodyFollows) throws MalformedException {
    Map<String, String> pseudo = new HashMap<>();
    List<Field> headers = new ArrayList<>(fields.size());
    String host = null;
    String length = null;
    StringBuilder cookie = new StringBuilder();
    for (Field field : fields) {
      String name = field.name();
      requireValue(field);
      if (name.startsWith(":")) {
        if (!PSEUDO.contains(name)
            || !headers.isEmpty()
            || pseudo.put(name, field.value()) != null) {
          throw new MalformedException("a pseudo-header that is unknown, late or there twice");
        }
        continue;
      }
      requireName(field);
      switch (name) {
        case "host" -> host = only(field, host);
        case "content-length" -> {
          length = only(field, length);
          headers.add(field);
        }
        case "cookie" -> cookie.append(cookie.isEmpty() ? "" : "; ").append(field.value());
        case "te" -> {
          if (!field.value().equals("trailers")) {
            throw new MalformedException("te: want trailers");
          }
        }
        default -> headers.add(field);
      }
    }
    long body = length(length, bodyFollows);
    String method = required(pseudo, ":method");
    String target = target(method, pseudo);
    String authority = authority(pseudo.get(":authority"), host);
    if (authority != null) {
      headers.addFirst(new Field("host", authority));
    }
    if (!cookie.isEmpty()) {
      headers.add(new Field("cookie", cookie.toString()));
    }
    return new RequestHead(method, target, List.copyOf(headers), body);
  }

  /** As HTTP/1.1 has it, to the empty line and with it. */
  public byte[] bytes() {
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    fields.forEach(field -> line(head, field.name(), field.value()));
    if (length == CHUNKED) {
      line(head, "transfer-encoding", "chunked");
    }
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  /** Whether the answer has no body, whatever its length says. */
  public boolean toHead() {
    return method.equals("HEAD");
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static String only(Field field, @Nullable String before) throws MalformedException {
    if (before != null) {
      throw new MalformedException(field.name() + " is there twice");
    }
    return field.value();
  }

  private static String required(Map<String, String> pseudo, String name)
      throws MalformedException {
    String value = pseudo.get(name);
    if (value == null || value.isEmpty()) {
      throw new MalformedException(name + " is missing");
    }
    return value;
  }

  private static String target(String method, Map<String, String> pseudo)
      throws MalformedException {
    requireAll(method, ":method", RequestHead::isOfToken);
    if (method.equals("CONNECT")) {
      if (pseudo.containsKey(":path") || pseudo.containsKey(":scheme")) {
        throw new MalformedException("CONNECT has neither :path nor :scheme");
      }
      return required(pseudo, ":authority");
    }
    required(pseudo, ":scheme");
    String path = required(pseudo, ":path");
    requireAll(path, ":path", c -> c > ' ' && c < 0x7f);
    if (!path.startsWith("/") && !(path.equals("*") && method.equals("OPTIONS"))) {
      throw new MalformedException(":path: want one that begins with /");
    }
    return path;
  }

  private static @Nullable String authority(@Nullable String authority, @Nullable String host)
      throws MalformedException {
    if (authority == null) {
      return host;
    }
    requireAll(authority, ":authority", c -> c > ' ' && c < 0x7f && c != '@');
    if (host != null && !host.equalsIgnoreCase(authority)) {
      throw new MalformedException("host is another than :authority");
    }
    return authority;
  }

  private static long length(@Nullable String length, boolean bodyFollows)
      throws MalformedException {
    if (length == null) {
      return bodyFollows ? CHUNKED : 0;
    }
    if (length.isEmpty() || length.length() > MAX_LENGTH_DIGITS) {
      throw new MalformedException("content-length: want 1 to 18 digits");
    }
    requireAll(length, "content-length", c -> c >= '0' && c <= '9');
    long bytes = Long.parseLong(length);
    if (!bodyFollows && bytes != 0) {
      throw new MalformedException("content-length, but no body");
    }
    return bytes;
  }

  private static void requireName(Field field) throws MalformedException {
    if (field.name().isEmpty()) {
      throw new MalformedException("a header without a name");
    }
    requireAll(field.name(), "a header's name", c -> isOfToken(c) && !(c >= 'A' && c <= 'Z'));
    if (field.isOfTheConnection()) {
      throw new MalformedException(field.name() + " is about a connection");
    }
  }

  private static void requireValue(Field field) throws MalformedException {
    String value = field.value();
    requireAll(value, "a header's value", c -> (c >= ' ' && c != 0x7f && c <= 0xff) || c == '\t');
    if (!value.isEmpty()
        && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)))) {
      throw new MalformedException("a header's value begins or ends with white space");
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isOfToken(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private interface Rule {
    boolean allows(char c);
  }

  private static void requireAll(String text, String what, Rule rule) throws MalformedException {
    for (int i = 0; i < text.length(); i++) {
      if (!rule.allows(text.charAt(i))) {
        throw new MalformedException(what + " has a character that may not be in it");
      }
    }
  }
}
