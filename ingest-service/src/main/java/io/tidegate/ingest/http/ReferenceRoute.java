package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.ingest.reference.Contract;
import io.tidegate.ingest.reference.Page;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * {@code GET /openapi.yaml} and {@code GET /docs}: the contract that this server is held to, as it
 * stands and as a page, the same for everyone.
 */
final class ReferenceRoute {
  private static final HeaderName CONTENT_SECURITY_POLICY =
      HeaderNames.create("Content-Security-Policy");
  private static final Header NO_SNIFF =
      HeaderValues.createCached("X-Content-Type-Options", "nosniff");
  private static final Header NO_REFERRER =
      HeaderValues.createCached("Referrer-Policy", "no-referrer");
  private static final Header ASK_AGAIN =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");
  private static final int TAG_BYTES = 12;

  /** What is answered, and with which headers. */
  private record Document(byte[] bytes, String tag, Header type, List<Header> others) {}

  /** Made once somebody asks: at the start of a cold JVM it would take most of a second. */
  private static final class Documents {
    static final Document YAML = document(Contract.load().yaml(), "application/yaml", List.of());
    static final Document PAGE = page(Page.render(Contract.load().tree()));
  }

  private final Answers answers;

  ReferenceRoute(Answers answers) {
    this.answers = answers;
  }

  private static Document page(Page.Rendered page) {
    return document(
        page.html(),
        "text/html; charset=utf-8",
        List.of(HeaderValues.createCached(CONTENT_SECURITY_POLICY, page.policy()), NO_REFERRER));
  }

  private static Document document(byte[] bytes, String type, List<Header> others) {
    Header header = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, type);
    return new Document(bytes, tag(bytes), header, others);
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
      return '"' + text.substring(0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void yaml(ServerRequest request, ServerResponse response) {
    send(Documents.YAML, request, response);
  }

  void page(ServerRequest request, ServerResponse response) {
    send(Documents.PAGE, request, response);
  }

  private void send(Document document, ServerRequest request, ServerResponse response) {
    Method method = request.prologue().method();
    if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
      answers.notAllowed("GET, HEAD", request, response);
      return;
    }
    response.header(HeaderNames.ETAG, document.tag());
    response.header(ASK_AGAIN);
    Answers.leaveUnread(request, response);
    if (has(request, document.tag())) {
      response.status(Status.NOT_MODIFIED_304);
      response.send();
      return;
    }
    response.header(document.type());
    response.header(NO_SNIFF);
    document.others().forEach(response::header);
    if (method.equals(Method.HEAD)) {
      // Helidon would say that the length is 0.
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(document.bytes().length));
      response.send();
    } else {
      response.send(document.bytes());
    }
  }

  /** Whether the client says that it has what has this tag (RFC 9110, section 13.1.2). */
  private static boolean has(ServerRequest request, String tag) {
    if (!request.headers().contains(HeaderNames.IF_NONE_MATCH)) {
      return false;
    }
    return request.headers().get(HeaderNames.IF_NONE_MATCH).allValues().stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .map(String::strip)
        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
  }
}
