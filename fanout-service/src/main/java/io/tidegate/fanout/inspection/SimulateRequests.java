package io.tidegate.fanout.inspection;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tidegate.contract.Problem;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.recorded.Report;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator.Started;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code POST /v1/policies/{name}/simulate}. What takes longer than a moment is answered
 * with 200 at once, and a line end each half second until the JSON follows: so who has gone away is
 * noticed, and the simulation is cancelled. A fault after that is a problem in place of the report.
 */
final class SimulateRequests {
  private static final Logger LOGGER = LoggerFactory.getLogger(SimulateRequests.class);

  static final String PATH = "/v1/policies/";

  private static final String SIMULATE = "/simulate";
  private static final int STOPPING_RETRY_AFTER_SECONDS = 5;

  /** Faults are mostly found within it, when the answer can still have a status of its own. */
  private static final long PATIENCE_MILLIS = 1_000;

  private static final long SIGN_OF_LIFE_MILLIS = 500;

  private final Inspected inspected;
  private final InstantSource clock;

  SimulateRequests(Inspected inspected, InstantSource clock) {
    this.inspected = inspected;
    this.clock = clock;
  }

  void answer(ServerRequest request, ServerResponse response) {
    Answer misuse = misuse(request, response);
    if (misuse != null) {
      InspectionServer.send(response, misuse);
      return;
    }
    byte[] body = JsonBody.read(request, Policy.MAX_JSON_BYTES);
    if (body == null) {
      InspectionServer.send(response, JsonBody.tooLarge(Policy.MAX_JSON_BYTES));
      return;
    }
    SimulationRequest wanted;
    try {
      wanted = read(request, body);
    } catch (InvalidPolicyException e) {
      InspectionServer.send(
          response, Answer.problem(Problem.Kind.INVALID_REQUEST.problem(e.reason(), e.field())));
      return;
    } catch (IllegalArgumentException e) {
      InspectionServer.send(response, Answer.problem(fault(String.valueOf(e.getMessage()))));
      return;
    }
    switch (inspected.simulate(wanted)) {
      case Started.Running(CompletableFuture<Report> report) -> tell(report, response);
      case Started.Refused(String why, int retryAfter) ->
          InspectionServer.send(response, notNow(why, retryAfter));
    }
  }

  private static @Nullable Answer misuse(ServerRequest request, ServerResponse response) {
    String path = request.path().rawPath();
    if (!path.endsWith(SIMULATE) || path.length() < PATH.length() + SIMULATE.length()) {
      return Answer.problem(Problem.Kind.NOT_FOUND.problem(path));
    }
    return JsonBody.misuse(request, response);
  }

  private SimulationRequest read(ServerRequest request, byte[] body) {
    String path = request.path().rawPath();
    String name = path.substring(PATH.length(), path.length() - SIMULATE.length());
    PolicyKey key = new PolicyKey(Callers.tenant(request), Policy.requireName("name", name));
    SimulationQuery query =
        SimulationQuery.of(request.query(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return new SimulationRequest(
        key, Policy.parse(body), query.from(), query.to(), query.maxMessages());
  }

  /**
   * @param message {@code field: reason}
   */
  private static Problem fault(String message) {
    int colon = message.indexOf(": ");
    return colon < 0
        ? Problem.Kind.INVALID_REQUEST.problem(message)
        : Problem.Kind.INVALID_REQUEST.problem(
            message.substring(colon + 2), message.substring(0, colon));
  }

  private static void tell(CompletableFuture<Report> report, ServerResponse response) {
    Answer answer = await(report, PATIENCE_MILLIS);
    if (answer != null) {
      InspectionServer.send(response, answer);
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, JsonBody.TYPE);
    try (OutputStream out = response.outputStream()) {
      while (answer == null) {
        out.write('\n');
        out.flush();
        answer = await(report, SIGN_OF_LIFE_MILLIS);
      }
      out.write(answer.body());
    } catch (IOException | UncheckedIOException | SocketWriterException e) {
      LOGGER.atDebug().log("nobody waits for a simulation any more");
    } finally {
      boolean _ = report.cancel(false); // nothing to one that is done
    }
  }

  /** Null if it takes longer. */
  private static @Nullable Answer await(CompletableFuture<Report> report, long millis) {
    try {
      return Answer.json(200, report.get(millis, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return null;
    } catch (CancellationException e) {
      return stopping();
    } catch (InterruptedException e) {
      boolean _ = report.cancel(false);
      return stopping();
    } catch (ExecutionException e) {
      return failed(e.getCause());
    }
  }

  private static Answer failed(@Nullable Throwable cause) {
    return switch (cause) {
      case KafkaException kafka ->
          notNow("Kafka cannot be read: " + kafka.getMessage(), STOPPING_RETRY_AFTER_SECONDS);
      case null, default -> Answer.problem(Problem.Kind.INTERNAL.problem("see the log"));
    };
  }

  private static Answer stopping() {
    return notNow("this instance is stopping", STOPPING_RETRY_AFTER_SECONDS);
  }

  private static Answer notNow(String why, int retryAfterSeconds) {
    return Answer.problem(Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(why), retryAfterSeconds);
  }
}
