package io.tidegate.ingest.http;

import io.tidegate.contract.Problem;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.policies.Change;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.policies.StoredPolicy;
import io.tidegate.ingest.publish.CrowdedException;
import io.tidegate.ingest.quota.Limited;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** What is answered to a change of a policy, a user's settings or a member that was not made. */
final class Changes {
  private final IngestMetrics metrics;

  Changes(IngestMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Returns if it is durable.
   *
   * @param name of the policy or the user
   * @throws Rejection otherwise
   */
  Change.Durable require(Change change, String name) {
    return switch (change) {
      case Change.Durable durable -> durable;
      case Change.Absent _ -> throw PoliciesRoute.noSuchPolicy(name);
      case Change.Mismatch(StoredPolicy current) ->
          throw Rejection.of(
              Problem.Kind.PRECONDITION_FAILED,
              current == null
                  ? "there is no policy \"" + name + '"'
                  : "the policy \"" + name + "\" has version " + current.version());
      case Change.Full _ ->
          throw Rejection.of(
              Problem.Kind.TOO_MANY_POLICIES,
              "there are " + PolicyStore.MAX_POLICIES + " policies, as many as may be");
      case Change.NoSuchPolicy(String policy) ->
          throw Rejection.of(
              Problem.Kind.UNPROCESSABLE, "there is no policy \"" + policy + '"', "policy");
      case Change.Misfit(var why) -> throw PoliciesRoute.rejection(Problem.Kind.UNPROCESSABLE, why);
      case Change.NotNow(String reason) ->
          throw Rejection.of(Problem.Kind.TEMPORARY_REDUCED_CAPACITY, reason);
      case Change.Unknown(Throwable cause) -> throw notDurable(cause);
    };
  }

  /**
   * What is answered, counted where it is the tenant's share that was used up.
   *
   * @param cause why Kafka did not acknowledge the change's record
   */
  Rejection notDurable(@Nullable Throwable cause) {
    if (cause instanceof CrowdedException) {
      metrics.quotaExceeded(Limited.SHARE_OF_PRODUCER);
      return Verdict.crowded();
    }
    return cause instanceof RecordTooLargeException
        ? Rejection.of(Problem.Kind.TOO_LARGE, "Kafka is set up to take only smaller records")
        : Rejection.of(
            Problem.Kind.TEMPORARY_REDUCED_CAPACITY,
            "Kafka did not acknowledge the change in time; it may be made all the same, and"
                + " to ask again is safe");
  }
}
