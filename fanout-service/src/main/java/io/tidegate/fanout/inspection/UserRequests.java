package io.tidegate.fanout.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.PathSegment;
import io.tidegate.contract.Problem;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.topology.UserViews.Found;
import java.net.URLDecoder;

/** Answers {@code GET /v1/users/{user}} at any instance: it asks the one that owns the user. */
final class UserRequests {
  static final String PATH = "/v1/users/";

  private final Inspected inspected;
  private final Peers peers;

  UserRequests(Inspected inspected, Peers peers) {
    this.inspected = inspected;
    this.peers = peers;
  }

  Answer answer(ServerRequest request) {
    String rawUser = request.path().rawPath().substring(PATH.length());
    UserKey user;
    try {
      user = new UserKey(Callers.tenant(request), decode(rawUser));
    } catch (IllegalArgumentException e) {
      return Answer.problem(
          Problem.Kind.INVALID_REQUEST.problem(String.valueOf(e.getMessage()), "user"));
    }
    return switch (inspected.find(user)) {
      case Found.Here<UserView> here -> Answer.json(200, here.found());
      case Found.Nowhere<UserView> _ ->
          Answer.problem(Problem.Kind.NOT_FOUND.problem("nothing is known of this user"));
      case Found.NotNow<UserView> _ -> Peers.notNow();
      case Found.Elsewhere<UserView> elsewhere ->
          Peers.isOf(request)
              ? Peers.notNow()
              : peers.ask(
                  elsewhere,
                  PATH + PathSegment.encode(user.user()),
                  Callers.authorization(request),
                  null);
    };
  }

  /** As a path, where plus is plus. */
  private static String decode(String raw) {
    if (raw.indexOf('/') >= 0) {
      throw new IllegalArgumentException("user: a slash must be written %2F");
    }
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("user: not percent-encoded UTF-8", e);
    }
  }
}
