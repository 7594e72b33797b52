package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was written to a socket and what came back, held against the contract as far as it is HTTP:
 * answers in the order of the request lines, and what has no request line is only refused.
 */
final class RawExchanges {
  private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (/\\S*) HTTP/1\\.1\\r\\n");
  private static final String HEAD_END = "\r\n\r\n";

  /** A request line and all up to the next. */
  private record Sent(String method, String path, String rest) {}

  /** The bytes of an answer, one character each. */
  private record Head(int status, HttpHeaders headers) {}

  private RawExchanges() {}

  static void check(byte[] written, byte[] received) {
    List<Sent> sent = sent(new String(written, ISO_8859_1));
    String answers = new String(received, ISO_8859_1);
    int at = 0;
    for (int i = 0; at < answers.length(); i++) {
      int end = answers.indexOf(HEAD_END, at);
      if (end < 0) {
        return; // cut off
      }
      Sent request = i < sent.size() ? sent.get(i) : new Sent("", "", "");
      Head head = head(answers.substring(at, end));
      int bodyAt = end + HEAD_END.length();
      int length = request.method().equals("HEAD") ? 0 : length(head, answers.length() - bodyAt);
      if (bodyAt + length > answers.length()) {
        return; // cut off
      }
      String body = answers.substring(bodyAt, bodyAt + length);
      at = bodyAt + length;
      ContractCheck.Response response =
          new ContractCheck.Response(
              head.status(), head.headers(), new String(body.getBytes(ISO_8859_1), UTF_8));
      check(request, response);
    }
  }

  private static List<Sent> sent(String written) {
    List<Sent> sent = new ArrayList<>();
    Matcher line = REQUEST_LINE.matcher(written);
    for (boolean found = line.find(); found; ) {
      String method = line.group(1);
      String path = line.group(2);
      int from = line.end();
      found = line.find();
      sent.add(
          new Sent(method, path, written.substring(from, found ? line.start() : written.length())));
    }
    return sent;
  }

  private static void check(Sent request, ContractCheck.Response response) {
    if (request.method().isEmpty()) {
      ContractCheck.refused("a request without a line", response);
      return;
    }
    int end = request.rest().indexOf(HEAD_END);
    HttpHeaders headers = headers(end < 0 ? "" : request.rest().substring(0, end));
    byte[] body =
        request.rest().substring(Math.max(0, end + HEAD_END.length())).getBytes(ISO_8859_1);
    String announced = headers.firstValue("Content-Length").orElse("0");
    int length = announced.matches("[0-9]{1,9}") ? Integer.parseInt(announced) : 0;
    boolean chunked = headers.firstValue("Transfer-Encoding").isPresent();
    ContractCheck.check(
        new ContractCheck.Request(
            request.method(),
            request.path(),
            headers,
            chunked ? dechunked(body) : Arrays.copyOf(body, Math.min(length, body.length))),
        response);
  }

  /** For well-made chunks; others are not accepted, and then the body does not matter. */
  private static byte[] dechunked(byte[] body) {
    String text = new String(body, ISO_8859_1);
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (true) {
      int line = text.indexOf("\r\n", at);
      if (line < 0 || !text.substring(at, line).matches("[0-9a-fA-F]{1,6}")) {
        return plain.toString().getBytes(ISO_8859_1);
      }
      int size = Integer.parseInt(text.substring(at, line), 16);
      at = line + 2;
      if (size == 0 || at + size > text.length()) {
        return plain.toString().getBytes(ISO_8859_1);
      }
      plain.append(text, at, at + size);
      at = Math.min(at + size + 2, text.length());
    }
  }

  private static Head head(String text) {
    int line = text.indexOf("\r\n");
    String status = line < 0 ? text : text.substring(0, line);
    return new Head(
        Integer.parseInt(status.split(" ", -1)[1]),
        headers(line < 0 ? "" : text.substring(line + 2)));
  }

  private static HttpHeaders headers(String text) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : text.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers
            .computeIfAbsent(
                line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
      }
    }
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  private static int length(Head head, int rest) {
    return (int) head.headers().firstValueAsLong("Content-Length").orElse(rest);
  }
}
