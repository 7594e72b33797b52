package io.tidegate.ingest.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.policies.Change;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.policies.Precondition;
import io.tidegate.ingest.policies.StoredPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/policies} and {@code PUT|GET|DELETE /v1/policies/{name}}. A change is answered
 * once it is durable and a GET here shows it; where it is durable but not seen here within 2 s, the
 * answer is 202.
 */
final class PoliciesRoute {
  private final Entrance entrance;
  private final PolicyStore store;
  private final Changes changes;
  private final Answers answers;

  PoliciesRoute(Entrance entrance, PolicyStore store, Changes changes, Answers answers) {
    this.changes = changes;
    this.entrance = entrance;
    this.store = store;
    this.answers = answers;
  }

  void all(ServerRequest request, ServerResponse response) {
    if (!request.prologue().method().equals(Method.GET)) {
      answers.notAllowed("GET", request, response);
      return;
    }
    try (Entrance.Entry _ = entrance.enter(request)) {
      requireRead();
      List<StoredPolicy> policies = store.of(Caller.of(request).tenant());
      response.header(Answers.JSON);
      // One by one: together they can be tens of megabytes.
      Json.policies(policies, response.outputStream());
    }
  }

  void one(ServerRequest request, ServerResponse response) {
    String raw = Route.policy(request.path().rawPath());
    if (raw == null) {
      throw Rejection.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
    }
    String name = name(raw);
    Method method = request.prologue().method();
    if (method.equals(Method.PUT)) {
      put(request, response, name);
    } else if (method.equals(Method.GET)) {
      get(request, response, name);
    } else if (method.equals(Method.DELETE)) {
      delete(request, response, name);
    } else {
      answers.notAllowed("GET, PUT, DELETE", request, response);
    }
  }

  private static String name(String raw) {
    try {
      return Policy.requireName("name", PathText.decode("name", raw));
    } catch (InvalidPolicyException e) {
      throw rejection(Problem.Kind.INVALID_REQUEST, e);
    }
  }

  private void get(ServerRequest request, ServerResponse response, String name) {
    try (Entrance.Entry _ = entrance.enter(request)) {
      requireRead();
      StoredPolicy policy = store.find(Caller.of(request).tenant(), name);
      if (policy == null) {
        throw noSuchPolicy(name);
      }
      response.header(Answers.JSON);
      response.header(HeaderNames.ETAG, tag(policy.version()));
      response.send(Json.policy(policy));
    }
  }

  private void put(ServerRequest request, ServerResponse response, String name) {
    Precondition precondition = precondition(request);
    try (Entrance.Entry entry = entrance.enter(request)) {
      byte[] body = Bodies.readJson(request, Policy.MAX_JSON_BYTES, entry);
      Policy policy;
      try {
        policy = Policy.parse(body);
      } catch (InvalidPolicyException e) {
        throw rejection(Problem.Kind.INVALID_REQUEST, e);
      }
      Change.Durable durable =
          changes.require(
              store.put(Caller.of(request).tenant(), name, policy, precondition, entry.window()),
              name);
      response.status(
          !durable.shown()
              ? Status.ACCEPTED_202
              : durable.created() ? Status.CREATED_201 : Status.OK_200);
      response.header(Answers.JSON);
      response.header(HeaderNames.ETAG, tag(durable.version()));
      response.send(Json.policy(new StoredPolicy(name, durable.version(), policy)));
    }
  }

  private void delete(ServerRequest request, ServerResponse response, String name) {
    Precondition precondition = precondition(request);
    try (Entrance.Entry entry = entrance.enter(request)) {
      Change.Durable durable =
          changes.require(
              store.delete(Caller.of(request).tenant(), name, precondition, entry.window()), name);
      Answers.leaveUnread(request, response);
      response.status(durable.shown() ? Status.NO_CONTENT_204 : Status.ACCEPTED_202);
      response.send();
    }
  }

  private void requireRead() {
    if (!store.caughtUp()) {
      throw Rejection.of(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY, "the policies are not read from Kafka yet");
    }
  }

  private static Precondition precondition(ServerRequest request) {
    try {
      return Precondition.parse(
          header(request, HeaderNames.IF_MATCH), header(request, HeaderNames.IF_NONE_MATCH));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int colon = message.indexOf(": ");
      throw Rejection.of(
          Problem.Kind.INVALID_REQUEST, message.substring(colon + 2), message.substring(0, colon));
    }
  }

  /** A field that stands there several times is one list. */
  private static @Nullable String header(ServerRequest request, HeaderName name) {
    return request.headers().contains(name)
        ? String.join(",", request.headers().get(name).allValues())
        : null;
  }

  static Rejection rejection(Problem.Kind kind, InvalidPolicyException e) {
    return Rejection.of(kind, e.reason(), e.field());
  }

  static Rejection noSuchPolicy(String name) {
    return Rejection.of(Problem.Kind.NOT_FOUND, "there is no policy \"" + name + '"', "name");
  }

  private static String tag(long version) {
    return '"' + Long.toString(version) + '"';
  }
}
