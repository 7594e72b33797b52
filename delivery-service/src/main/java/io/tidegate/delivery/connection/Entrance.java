package io.tidegate.delivery.connection;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.tidegate.contract.MediaType;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.auth.Entry;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.SessionRequest;
import io.tidegate.delivery.metrics.DeliveryMetrics.Refusal;
import java.util.List;

/** From a plain HTTP request to the hello that it makes, or to what is wrong with it. */
sealed interface Entrance {
  CharSequence LAST_EVENT_ID = "last-event-id";

  /** Whose request it is, and what it asks for. */
  record Open(SessionRequest request, Entry.Let let) implements Entrance {}

  /** It is refused. */
  record Shut(Refusal reason, Problem problem) implements Entrance {}

  /**
   * Who asks, by parameters and token.
   *
   * @param isStream whether it may say what it received last
   */
  static Entrance of(HttpRequest request, boolean isStream, Loop loop) {
    SessionRequest read;
    try {
      read =
          SessionRequest.parse(
              query(request),
              request.headers().getAll(HttpHeaderNames.AUTHORIZATION),
              isStream ? request.headers().get(LAST_EVENT_ID) : null);
    } catch (MalformedFrameException e) {
      return malformed(e);
    }
    return switch (loop.door().enter(read.greeting())) {
      case Entry.Let let -> new Open(read, let);
      case Entry.Refused refused -> {
        if (refused.fault() != null) {
          loop.metrics().tokenRefused(refused.fault());
        }
        yield shut(refused);
      }
    };
  }

  /** What stands behind the question mark; empty: nothing. */
  static String query(HttpRequest request) {
    int question = request.uri().indexOf('?');
    return question < 0 ? "" : request.uri().substring(question + 1);
  }

  /** What is wrong with a parameter, a header or a body. */
  static Shut malformed(MalformedFrameException e) {
    return new Shut(
        Refusal.BAD_REQUEST, Problem.Kind.INVALID_REQUEST.problem(e.detail(), e.field()));
  }

  private static Shut shut(Entry.Refused refused) {
    String detail = refused.detail();
    if (refused.fault() == null) {
      return new Shut(
          Refusal.BAD_REQUEST,
          Problem.Kind.INVALID_REQUEST.problem(detail, detail.substring(0, detail.indexOf(':'))));
    }
    return switch (refused.fault()) {
      case MISMATCH -> new Shut(Refusal.FORBIDDEN, Problem.Kind.FORBIDDEN.problem(detail));
      // It may be good in a moment.
      case UNKNOWN_KEY, REVOCATIONS_UNKNOWN ->
          new Shut(Refusal.UNAUTHORIZED, Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(detail));
      default -> new Shut(Refusal.UNAUTHORIZED, Problem.Kind.UNAUTHORIZED.problem(detail));
    };
  }

  /** Whether a client takes an answer of that type (RFC 9110, 12.5.1); none said: any. */
  static boolean accepts(HttpRequest request, String type) {
    List<String> lines = request.headers().getAll(HttpHeaderNames.ACCEPT);
    String all = String.join(",", lines);
    if (all.isBlank()) {
      return true;
    }
    String group = type.substring(0, type.indexOf('/') + 1) + "*";
    int best = 0;
    boolean taken = false;
    for (String range : all.split(",", -1)) {
      String name = MediaType.essence(range);
      int precision = name.equals(type) ? 3 : name.equals(group) ? 2 : name.equals("*/*") ? 1 : 0;
      // The most precise range decides.
      if (precision > best) {
        best = precision;
        taken = !range.replace(" ", "").matches("(?i).*;q=0(\\.0*)?(;.*)?");
      }
    }
    return taken;
  }
}
