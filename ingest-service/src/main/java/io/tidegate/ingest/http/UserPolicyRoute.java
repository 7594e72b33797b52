package io.tidegate.ingest.http;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.Names;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.policies.Change;
import io.tidegate.ingest.policies.PolicyStore;

/**
 * {@code PUT|DELETE /v1/users/{user}/policy}. There may be as many as there are users, so none are
 * kept here: fan-out shows them.
 */
final class UserPolicyRoute {
  private final Entrance entrance;
  private final PolicyStore store;
  private final Changes changes;
  private final Answers answers;

  UserPolicyRoute(Entrance entrance, PolicyStore store, Changes changes, Answers answers) {
    this.changes = changes;
    this.entrance = entrance;
    this.store = store;
    this.answers = answers;
  }

  void any(ServerRequest request, ServerResponse response) {
    String raw = Route.user(request.path().rawPath());
    if (raw == null) {
      throw Rejection.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
    }
    UserKey user = user(Caller.of(request).tenant(), raw);
    Method method = request.prologue().method();
    if (method.equals(Method.PUT)) {
      put(request, response, user);
    } else if (method.equals(Method.DELETE)) {
      try (Entrance.Entry entry = entrance.enter(request)) {
        changes.require(store.set(user, null, entry.window()), user.user());
        Answers.leaveUnread(request, response);
        response.status(Status.NO_CONTENT_204);
        response.send();
      }
    } else {
      answers.notAllowed(
          "PUT, DELETE",
          "only PUT, DELETE is; GET /v1/users/{user} at the fan-out port shows a user's settings",
          request,
          response);
    }
  }

  private static UserKey user(String tenant, String raw) {
    try {
      return Names.anyUser("user", tenant, PathText.decode("user", raw));
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  private void put(ServerRequest request, ServerResponse response, UserKey user) {
    try (Entrance.Entry entry = entrance.enter(request)) {
      byte[] body = Bodies.readJson(request, Policy.MAX_JSON_BYTES, entry);
      UserSettings settings;
      try {
        settings = UserSettings.parse(body);
      } catch (InvalidPolicyException e) {
        throw PoliciesRoute.rejection(Problem.Kind.INVALID_REQUEST, e);
      }
      Change.Durable _ = changes.require(store.set(user, settings, entry.window()), user.user());
      response.header(Answers.JSON);
      response.send(Json.settings(user, settings));
    }
  }
}
