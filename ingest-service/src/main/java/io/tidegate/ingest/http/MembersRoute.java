package io.tidegate.ingest.http;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.Names;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.metrics.Route;
import io.tidegate.ingest.publish.Publisher;

/**
 * {@code PUT|DELETE /v1/groups/{group}/members/{user}}, and many at once as NDJSON with {@code POST
 * /v1/groups/{group}/members}, see {@link Batch}. Nobody's membership is kept here: fan-out has
 * them.
 */
final class MembersRoute {
  private final Limits limits;
  private final Entrance entrance;
  private final Publisher publisher;
  private final IngestMetrics metrics;
  private final Changes changes;
  private final Answers answers;

  MembersRoute(
      Limits limits,
      Entrance entrance,
      Publisher publisher,
      IngestMetrics metrics,
      Changes changes,
      Answers answers) {
    this.changes = changes;
    this.limits = limits;
    this.entrance = entrance;
    this.publisher = publisher;
    this.metrics = metrics;
    this.answers = answers;
  }

  void any(ServerRequest request, ServerResponse response) {
    Route.Members path = Route.members(request.path().rawPath());
    if (path == null) {
      throw Rejection.of(Problem.Kind.NOT_FOUND, "there is nothing at this path");
    }
    try {
      GroupKey group =
          Names.group("group", Caller.of(request).tenant(), PathText.decode("group", path.group()));
      if (path.user() == null) {
        many(request, response, group);
      } else {
        UserKey user = Names.user("user", group.tenant(), PathText.decode("user", path.user()));
        one(request, response, new Membership(group, user));
      }
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    }
  }

  private void one(ServerRequest request, ServerResponse response, Membership membership) {
    Method method = request.prologue().method();
    if (!method.equals(Method.PUT) && !method.equals(Method.DELETE)) {
      answers.notAllowed("PUT, DELETE", request, response);
      return;
    }
    try (Entrance.Entry entry = entrance.enterToSend(request, response)) {
      MembershipChange change = new MembershipChange(membership, method.equals(Method.PUT));
      MembershipWork work =
          new MembershipWork(publisher, metrics, changes, membership.group(), entry);
      work.begin(1);
      byte[] _ = work.send(change, entry.window()).await();
      Answers.leaveUnread(request, response);
      response.status(Status.NO_CONTENT_204);
      response.send();
    }
  }

  private void many(ServerRequest request, ServerResponse response, GroupKey group) {
    if (!request.prologue().method().equals(Method.POST)) {
      answers.notAllowed("POST", request, response);
      return;
    }
    if (!Bodies.mediaType(request).equals(Bodies.NDJSON)) {
      throw Rejection.of(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "want Content-Type: " + Bodies.NDJSON + ", in UTF-8");
    }
    try (Entrance.Entry entry = entrance.enterToSend(request, response)) {
      entry.requireRate();
      MembershipWork work = new MembershipWork(publisher, metrics, changes, group, entry);
      Batch.serve(request, limits, entry, metrics, work).send(request, response);
    }
  }
}
