package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Message;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.ArrayItems;
import io.tidegate.ingest.message.BinaryEvent;
import io.tidegate.ingest.message.EventParser;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Publisher;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code POST /v1/events}: CloudEvents 1.0.2 over HTTP, in binary and structured mode answered as
 * one message is, in batched mode as a {@link Batch} is. The mode is in the Content-Type.
 */
final class EventsRoute {
  private static final String ANY = "application/cloudevents";
  private static final String STRUCTURED = ANY + "+json";
  private static final String BATCHED = ANY + "-batch+json";

  private final Limits limits;
  private final Entrance entrance;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Acceptances acceptances;
  private final Once once;
  private final Delay delay;

  EventsRoute(
      Limits limits,
      Entrance entrance,
      Publisher publisher,
      IngestMetrics metrics,
      Acceptances acceptances,
      Once once,
      Delay delay) {
    this.limits = limits;
    this.entrance = entrance;
    this.publisher = publisher;
    this.metrics = metrics;
    this.acceptances = acceptances;
    this.once = once;
    this.delay = delay;
  }

  void post(ServerRequest request, ServerResponse response) {
    String mediaType = Bodies.mediaType(request);
    boolean single = mediaType.equals(STRUCTURED);
    boolean batch = mediaType.equals(BATCHED);
    if (!single && !batch && isNoBinaryEvent(request)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "of events in the body want " + STRUCTURED + " or " + BATCHED + ", in UTF-8");
    }
    String key = Once.key(request);
    try (Entrance.Entry entry = entrance.enterToSend(request, response)) {
      Acceptance acceptance = acceptances.of(request, key);
      MessageWork work =
          MessageWork.of(
              publisher,
              metrics,
              acceptance,
              EventParser::parse,
              entry,
              delay.tell(request, response));
      once.serve(
          request,
          response,
          entry,
          key,
          () -> {
            entry.requireRate();
            return batch
                ? batched(request, entry, work)
                : single
                    ? structured(request, entry, work)
                    : binary(request, entry, work, new BinaryEvent(acceptance));
          });
    }
  }

  private Answer structured(ServerRequest request, Entrance.Entry entry, MessageWork work) {
    work.begin(1);
    BodyReader.Body body = Bodies.read(request, limits.bodyBytes(), entry);
    return Answer.accepted(work.sendOnly(body.bytes(), body.length(), entry.window()).await());
  }

  /** The binding tells events in the body by how their media type begins. */
  private static boolean isNoBinaryEvent(ServerRequest request) {
    String contentType = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    return contentType.toLowerCase(Locale.ROOT).startsWith(ANY);
  }

  private Answer batched(ServerRequest request, Entrance.Entry entry, MessageWork work) {
    Batch batch = Batch.of(limits, entry, metrics, work);
    boolean array =
        Bodies.reading(
            request,
            limits.batchBytes(),
            entry,
            (reader, guard) -> {
              if (!reader.isArrayAhead()) {
                return false;
              }
              batch.read(new ArrayItems(reader, limits.bodyBytes()), guard::requireOpen);
              return true;
            });
    if (!array) {
      throw Rejection.of(Problem.Kind.INVALID_REQUEST, "want a JSON array of events");
    }
    return batch.answer();
  }

  private Answer binary(
      ServerRequest request, Entrance.Entry entry, MessageWork work, BinaryEvent event) {
    try {
      readHeaders(request, event);
      work.begin(1);
      int most = Math.min(limits.bodyBytes(), Message.MAX_PAYLOAD_BYTES);
      BodyReader.Body body = Bodies.read(request, most, entry);
      byte[] data = Arrays.copyOf(body.bytes(), body.length());
      return Answer.accepted(work.send(event.request(data), entry.window()).await());
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  /** Before the body is read: what is wrong with the headers costs no memory for a body. */
  private static void readHeaders(ServerRequest request, BinaryEvent event)
      throws InvalidMessageException {
    boolean any = false;
    for (Header header : request.headers()) {
      String name = header.headerName().lowerCase();
      if (!name.startsWith(BinaryEvent.PREFIX)) {
        continue;
      }
      any = true;
      for (String value : header.allValues()) {
        event.header(name.substring(BinaryEvent.PREFIX.length()), value);
      }
    }
    if (!any) {
      throw Rejection.of(
          Problem.Kind.INVALID_REQUEST,
          "no CloudEvent: want headers ce-…, or Content-Type: " + STRUCTURED + " or " + BATCHED,
          "specversion");
    }
    event.endOfHeaders(request.headers().first(HeaderNames.CONTENT_TYPE).orElse(null));
  }
}
