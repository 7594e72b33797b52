package io.tidegate.loadtest.run;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.loadtest.offer.Names;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run in a test is against, how, and whom it tells of it. */
final class RunSamples {
  /** Is told and does nothing. */
  static final Progress QUIET =
      new Progress() {
        @Override
        public void note(String line) {}

        @Override
        public void second(Seconds.Last last) {}
      };

  private RunSamples() {}

  /** Services at those addresses, and no Kafka. */
  static Target target(URI ingest, URI delivery, @Nullable URI fanout) {
    return new Target(
        ingest,
        delivery,
        fanout,
        KafkaAccess.plain("none.invalid:9092"),
        false,
        "tidegate",
        "default",
        null,
        null);
  }

  static RunOptions options(String profile, boolean policyIsSet) {
    return new RunOptions(
        "test",
        profile,
        Map.of(),
        new Names("load"),
        64,
        1,
        List.of(),
        null,
        false,
        Duration.ofMillis(500),
        1,
        Map.of(),
        false,
        policyIsSet);
  }
}
