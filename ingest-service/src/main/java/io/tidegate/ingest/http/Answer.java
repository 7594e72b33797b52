package io.tidegate.ingest.http;

import io.helidon.http.Header;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * What messages or events are answered, unless with a problem.
 *
 * @param retryAfterSeconds 0 for none
 * @param lasting whether it would be the same later: nothing was refused for the lack of room
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes or compares it
record Answer(Status status, Header type, byte[] entity, long retryAfterSeconds, boolean lasting) {
  /** For one message that is durable. */
  static Answer accepted(byte[] entity) {
    return new Answer(Status.ACCEPTED_202, Answers.JSON, entity, 0, true);
  }

  void send(ServerRequest request, ServerResponse response) {
    response.status(status);
    response.header(type);
    if (retryAfterSeconds > 0) {
      response.header(Answers.retryAfter(retryAfterSeconds));
    }
    Answers.leaveUnread(request, response);
    response.send(entity);
  }
}
