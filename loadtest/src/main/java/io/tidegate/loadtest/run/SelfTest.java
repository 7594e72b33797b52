package io.tidegate.loadtest.run;

import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.loadtest.capacity.Bottleneck;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.self.Mischief;
import io.tidegate.loadtest.self.NullServer;
import java.time.Duration;
import java.util.List;

/**
 * Up to which rate the generator's times can be trusted: the highest that holds against a server
 * which does next to nothing. That server takes its share of the same cores, so the rate is rather
 * too low than too high. It goes by no policy, and devices stay, so the profile's policy and events
 * are left out.
 */
public final class SelfTest {
  private SelfTest() {}

  /**
   * @throws LoadTestException if a run cannot begin, or the profile has what no null server does
   */
  public static Report run(
      Profile profile, RunOptions options, Slo slo, Duration step, Progress progress)
      throws LoadTestException, InterruptedException {
    if (profile.sending().through() == Sending.Through.KAFKA || options.audit()) {
      throw new LoadTestException(
          "a self-test has no Kafka: it wants a profile through rest or batch, and no audit");
    }
    if (options.asksTokens()) {
      throw new LoadTestException("a self-test has no ingest that makes tokens: leave them out");
    }
    Profile bare = profile.bare();
    // Whoever a deployment's certificates are believed by, this server has none.
    try (NullServer server = new NullServer(Mischief.NONE)) {
      Target target =
          new Target(
              server.uri(),
              server.uri(),
              null,
              KafkaAccess.plain("none.invalid:9092"),
              false,
              Topics.DEFAULT.prefix(),
              UserKey.DEFAULT_TENANT,
              null,
              null);
      return new CapacityRun(
              bare,
              phase -> new LoadRun(bare.with(List.of(phase)), target, options, progress).run(),
              slo,
              step,
              progress,
              Bottleneck::ofSelfTest)
          .run();
    }
  }
}
