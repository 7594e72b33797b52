package io.tidegate.fanout.inspection;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Scope;
import java.util.List;

/** Lets in who may, before anything else is looked at. */
final class Callers {
  private static final int RETRY_AFTER_SECONDS = 1;

  private final Inspected inspected;

  Callers(Inspected inspected) {
    this.inspected = inspected;
  }

  /** Answers with a problem where the key that is shown does not allow {@code scope}. */
  Handler only(Scope scope, Handler handler) {
    return (request, response) -> {
      switch (inspected.access(authorization(request), scope)) {
        case Access.Granted granted -> {
          request.context().register(granted);
          handler.handle(request, response);
        }
        case Access.Denied denied -> refuse(response, denied);
      }
    };
  }

  private static void refuse(ServerResponse response, Access.Denied denied) {
    boolean later = denied instanceof Access.NotReadYet;
    if (!denied.challenge().isEmpty()) {
      response.header(HeaderNames.WWW_AUTHENTICATE, denied.challenge());
    }
    InspectionServer.send(
        response,
        Answer.problem(denied.kind().problem(denied.reason()), later ? RETRY_AFTER_SECONDS : 0));
  }

  /** The values of all such headers. */
  static List<String> authorization(ServerRequest request) {
    return request.headers().contains(HeaderNames.AUTHORIZATION)
        ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
        : List.of();
  }

  /** Of a request that was let in. */
  static String tenant(ServerRequest request) {
    return request.context().get(Access.Granted.class).orElseThrow().tenant();
  }
}
