package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.idempotency.Fingerprint;
import io.tidegate.ingest.idempotency.KeptAnswer;
import io.tidegate.ingest.idempotency.KeyText;
import io.tidegate.ingest.idempotency.Replays;
import io.tidegate.ingest.message.BinaryEvent;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.metrics.Repetition;
import io.tidegate.ingest.metrics.Route;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request that comes again with its Idempotency-Key as before, without doing again what
 * it says. What is kept is what would be the same later: that messages are accepted, or cannot be.
 */
final class Once {
  static final HeaderName KEY = HeaderNames.create("Idempotency-Key");
  static final HeaderName REPLAYED_NAME = HeaderNames.create("Idempotency-Replayed");
  private static final Header REPLAYED = HeaderValues.createCached(REPLAYED_NAME, "true");

  private static final int COPIES = 2;
  private static final int SKIP_BYTES = 16 * 1024;

  private final Replays replays;
  private final IngestMetrics metrics;
  private final int maxBytes;

  /**
   * @param maxBytes of a body
   */
  Once(Replays replays, IngestMetrics metrics, int maxBytes) {
    this.replays = replays;
    this.metrics = metrics;
    this.maxBytes = maxBytes;
  }

  /**
   * The request's key; null if it has none.
   *
   * @throws Rejection if it has something else
   */
  static @Nullable String key(ServerRequest request) {
    if (!request.headers().contains(KEY)) {
      return null;
    }
    try {
      return KeyText.parse(request.headers().get(KEY).allValues());
    } catch (IllegalArgumentException e) {
      throw Rejection.of(
          Problem.Kind.INVALID_REQUEST, String.valueOf(e.getMessage()), KEY.defaultCase());
    }
  }

  /**
   * Answers a request.
   *
   * @param key null: each time anew
   * @param work reads the request's body and does what it says
   * @throws Rejection if it is refused
   */
  void serve(
      ServerRequest request,
      ServerResponse response,
      Entrance.Entry entry,
      @Nullable String key,
      Supplier<Answer> work) {
    if (key == null) {
      work.get().send(request, response);
      return;
    }
    Fingerprint fingerprint = fingerprint(request);
    switch (replays.begin(Caller.of(request).tenant(), key)) {
      case Replays.InFlight _ -> {
        metrics.repeated(Repetition.IN_FLIGHT);
        throw Rejection.of(
                Problem.Kind.IDEMPOTENCY_KEY_IN_FLIGHT,
                "a request with this key is being served; its answer can be had in a moment")
            .retryAfter(1);
      }
      case Replays.Answered answered -> {
        entry.hashInto(fingerprint);
        replay(request, response, entry, answered.answer(), fingerprint);
      }
      case Replays.Turn turn -> {
        try (turn) {
          entry.hashInto(fingerprint);
          first(turn, fingerprint, work).send(request, response);
        }
      }
    }
  }

  private Answer first(Replays.Turn turn, Fingerprint fingerprint, Supplier<Answer> work) {
    Answer answer;
    try {
      answer = work.get();
    } catch (Rejection e) {
      if (fingerprint.isComplete() && e.isAboutTheContent()) {
        turn.keep(
            new KeptAnswer(
                fingerprint.value(),
                e.kind().status(),
                Problem.MEDIA_TYPE,
                Json.problem(e.problem())));
      }
      throw e;
    }
    if (fingerprint.isComplete() && answer.lasting()) {
      turn.keep(
          new KeptAnswer(
              fingerprint.value(), answer.status().code(), answer.type().get(), answer.entity()));
    }
    return answer;
  }

  private void replay(
      ServerRequest request,
      ServerResponse response,
      Entrance.Entry entry,
      KeptAnswer kept,
      Fingerprint fingerprint) {
    int _ = Bodies.reading(request, maxBytes, entry, (reader, _) -> skip(reader, entry));
    if (!kept.isOf(fingerprint.value())) {
      metrics.repeated(Repetition.OTHER);
      throw Rejection.of(
          Problem.Kind.IDEMPOTENCY_KEY_REUSED,
          "this key was used for a request with another body, path or type",
          KEY.defaultCase());
    }
    metrics.repeated(Repetition.REPLAYED);
    response.header(REPLAYED);
    // What is known of the delay now is not in the answer of then.
    response.headers().remove(Delay.APPLIED_NAME);
    response.status(Status.create(kept.status()));
    response.header(HeaderNames.CONTENT_TYPE, kept.contentType());
    response.send(
        kept.contentType().equals(Problem.MEDIA_TYPE)
            ? Json.problem(kept.entity(), RequestId.of(request))
            : kept.entity());
  }

  /** Reads a body only to know whether it is the same; holds nothing of it. */
  private static int skip(BodyReader reader, Entrance.Entry entry) {
    byte[] dropped = new byte[SKIP_BYTES];
    int all = 0;
    for (int n = reader.read(dropped, 0, SKIP_BYTES);
        n >= 0;
        n = reader.read(dropped, 0, SKIP_BYTES)) {
      all += n;
      entry.permit().shrink((long) COPIES * n);
    }
    return all;
  }

  /** Of everything but the body. */
  private static Fingerprint fingerprint(ServerRequest request) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.text(request.prologue().method().text());
    String path = request.path().rawPath();
    fingerprint.text(path);
    // Of an event the whole type is a part, of other requests only what kind of JSON they are.
    fingerprint.text(
        path.equals(Route.EVENTS.path())
            ? request.headers().first(HeaderNames.CONTENT_TYPE).orElse("")
            : Bodies.mediaType(request));
    TreeMap<String, String> attributes = new TreeMap<>();
    for (Header header : request.headers()) {
      String name = header.headerName().lowerCase();
      if (name.startsWith(BinaryEvent.PREFIX)) {
        attributes.put(name, String.join(",", header.allValues()));
      }
    }
    attributes.forEach(
        (name, value) -> {
          fingerprint.text(name);
          fingerprint.text(value);
        });
    return fingerprint;
  }
}
