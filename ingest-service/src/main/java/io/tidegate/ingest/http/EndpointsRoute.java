package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.ingest.endpoints.EndpointChange;
import io.tidegate.ingest.endpoints.EndpointStore;
import io.tidegate.ingest.message.EndpointRequest;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.Names;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.publish.Publisher;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/users/{user}/endpoints}, {@code PUT|GET|DELETE …/{name}} and {@code POST
 * …/{name}/rotate}, and the same under {@code /v1/groups/{group}}. A group's endpoints belong to a
 * user who is a member of it as long as there is one.
 */
final class EndpointsRoute {
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  private final @Nullable EndpointStore store;
  private final Entrance entrance;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Changes changes;
  private final Answers answers;

  /**
   * @param store null: there is no key that secrets could follow from
   */
  EndpointsRoute(
      @Nullable EndpointStore store,
      Entrance entrance,
      Publisher publisher,
      IngestMetrics metrics,
      Changes changes,
      Answers answers) {
    this.store = store;
    this.entrance = entrance;
    this.publisher = publisher;
    this.metrics = metrics;
    this.changes = changes;
    this.answers = answers;
  }

  /**
   * Whose endpoints are meant.
   *
   * @param group null: a user's
   */
  private record Owner(UserKey user, @Nullable GroupKey group) {}

  void any(ServerRequest request, ServerResponse response) {
    Route.OfEndpoints path = Objects.requireNonNull(Route.endpoints(request.path().rawPath()));
    String allowed = path.name() == null ? "GET" : path.rotate() ? "POST" : "GET, PUT, DELETE";
    String method = request.prologue().method().text();
    if (!List.of(allowed.split(", ", -1)).contains(method)) {
      answers.notAllowed(allowed, request, response);
      return;
    }
    if (store == null) {
      throw Rejection.of(
          Problem.Kind.NOT_FOUND, "there are endpoints where TIDEGATE_INGEST_WEBHOOK_KEY is set");
    }
    try {
      Owner owner = owner(Caller.of(request).tenant(), path);
      if (path.name() == null) {
        all(request, response, store, owner);
      } else {
        EndpointKey key = key(owner, path.name());
        if (path.rotate()) {
          rotate(request, response, store, key);
        } else {
          one(request, response, store, owner, key);
        }
      }
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  private static Owner owner(String tenant, Route.OfEndpoints path) throws InvalidMessageException {
    if (!path.group()) {
      return new Owner(Names.user("user", tenant, PathText.decode("user", path.owner())), null);
    }
    GroupKey group = Names.group("group", tenant, PathText.decode("group", path.owner()));
    return new Owner(EndpointKey.member(group), group);
  }

  private static EndpointKey key(Owner owner, String raw) {
    try {
      return new EndpointKey(owner.user(), PathText.decode("name", raw));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw Rejection.of(
          Problem.Kind.INVALID_REQUEST, message.substring(message.indexOf(": ") + 2), "name");
    }
  }

  private void all(
      ServerRequest request, ServerResponse response, EndpointStore from, Owner owner) {
    try (Entrance.Entry _ = entrance.enter(request)) {
      requireRead(from);
      response.header(Answers.JSON);
      response.send(Json.endpoints(from.of(owner.user()), from.nowMillis()));
    }
  }

  private void one(
      ServerRequest request,
      ServerResponse response,
      EndpointStore in,
      Owner owner,
      EndpointKey key)
      throws InvalidMessageException {
    Method method = request.prologue().method();
    if (method.equals(Method.PUT)) {
      put(request, response, in, owner, key);
    } else if (method.equals(Method.GET)) {
      get(request, response, in, key);
    } else {
      delete(request, response, in, owner, key);
    }
  }

  private void get(
      ServerRequest request, ServerResponse response, EndpointStore from, EndpointKey key) {
    try (Entrance.Entry _ = entrance.enter(request)) {
      requireRead(from);
      Endpoints.Known known = from.find(key);
      if (known == null) {
        throw absent(key);
      }
      response.header(Answers.JSON);
      response.send(Json.endpoint(known, null, from.nowMillis()));
    }
  }

  private void put(
      ServerRequest request,
      ServerResponse response,
      EndpointStore in,
      Owner owner,
      EndpointKey key)
      throws InvalidMessageException {
    try (Entrance.Entry entry = entrance.enter(request)) {
      byte[] body = Bodies.readJson(request, EndpointRequest.MAX_BYTES, entry);
      String url = EndpointRequest.parse(body).url();
      // Joins after the endpoint is there: a member without one would have a mailbox that fills.
      // And whenever it is put, so that to put it again heals what a stop in between left.
      EndpointChange change = in.put(key, url, entry.window(), () -> member(owner, true, entry));
      answer(response, in, durable(change, key));
    }
  }

  private void rotate(
      ServerRequest request, ServerResponse response, EndpointStore in, EndpointKey key) {
    try (Entrance.Entry entry = entrance.enter(request)) {
      EndpointChange.Durable durable = durable(in.rotate(key, entry.window()), key);
      Answers.leaveUnread(request, response);
      answer(response, in, durable);
    }
  }

  private void delete(
      ServerRequest request,
      ServerResponse response,
      EndpointStore in,
      Owner owner,
      EndpointKey key) {
    try (Entrance.Entry entry = entrance.enter(request)) {
      EndpointChange change = in.delete(key, entry.window(), () -> member(owner, false, entry));
      if (!(change instanceof EndpointChange.Deleted(boolean shown))) {
        throw refused(change, key);
      }
      Answers.leaveUnread(request, response);
      response.status(shown ? Status.NO_CONTENT_204 : Status.ACCEPTED_202);
      response.send();
    }
  }

  private void member(Owner owner, boolean joins, Entrance.Entry entry) {
    GroupKey group = owner.group();
    if (group == null) {
      return;
    }
    MembershipChange change = new MembershipChange(new Membership(group, owner.user()), joins);
    byte[] _ =
        new MembershipWork(publisher, metrics, changes, group, entry)
            .send(change, entry.window())
            .await();
  }

  private static void answer(
      ServerResponse response, EndpointStore in, EndpointChange.Durable durable) {
    response.status(
        !durable.shown()
            ? Status.ACCEPTED_202
            : durable.created() ? Status.CREATED_201 : Status.OK_200);
    response.header(Answers.JSON);
    response.header(NO_STORE);
    response.send(Json.endpoint(durable.known(), durable.secret(), in.nowMillis()));
  }

  private EndpointChange.Durable durable(EndpointChange change, EndpointKey key) {
    if (change instanceof EndpointChange.Durable durable) {
      return durable;
    }
    throw refused(change, key);
  }

  private Rejection refused(EndpointChange change, EndpointKey key) {
    return switch (change) {
      case EndpointChange.Absent _ -> absent(key);
      case EndpointChange.Refused(String reason) ->
          Rejection.of(Problem.Kind.INVALID_REQUEST, reason, "url");
      case EndpointChange.Full(String reason) ->
          Rejection.of(Problem.Kind.TOO_MANY_ENDPOINTS, reason);
      case EndpointChange.NotNow(String reason) ->
          Rejection.of(Problem.Kind.TEMPORARY_REDUCED_CAPACITY, reason);
      case EndpointChange.Unknown(Throwable cause) -> changes.notDurable(cause);
      case EndpointChange.Durable _, EndpointChange.Deleted _ ->
          throw new IllegalStateException("that is no refusal");
    };
  }

  private static Rejection absent(EndpointKey key) {
    return Rejection.of(
        Problem.Kind.NOT_FOUND, "there is no endpoint \"" + key.name() + '"', "name");
  }

  private static void requireRead(EndpointStore from) {
    if (!from.caughtUp()) {
      throw Rejection.of(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY, "the endpoints are not read from Kafka yet");
    }
  }
}
