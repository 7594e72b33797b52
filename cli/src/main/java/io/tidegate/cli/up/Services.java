package io.tidegate.cli.up;

import io.tidegate.cli.ProcessEnd;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.delivery.DeliveryService;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.ingest.IngestConfig;
import io.tidegate.ingest.IngestService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The three services behind one face, configured by the environment and then by options. */
final class Services {
  private Services() {}

  /** A service that runs. */
  record Running(String name, int port, BooleanSupplier ready, Duration drain, Runnable stop)
      implements AutoCloseable {
    /** A drain may wait for a thread a little beyond its own time. */
    private static final Duration MORE = Duration.ofSeconds(4);

    /** From a signal until the process must have ended, whatever still runs. */
    Duration stopWithin() {
      Duration needed = drain.plus(MORE);
      return needed.compareTo(ProcessEnd.BOUND) > 0 ? needed : ProcessEnd.BOUND;
    }

    @Override
    public void close() {
      stop.run();
    }
  }

  static Running ingest(IngestConfig config) throws StartupException {
    IngestService service = IngestService.start(config);
    return new Running(
        "ingest", service.port(), service::ready, config.drainTimeout(), service::close);
  }

  static Running fanout(FanoutConfig config) throws StartupException {
    FanoutService service = FanoutService.start(config);
    return new Running("fanout", service.port(), service::ready, config.drain(), service::close);
  }

  static Running delivery(DeliveryConfig config) throws StartupException {
    DeliveryService service = DeliveryService.start(config);
    return new Running(
        "delivery",
        service.port(),
        service::ready,
        config.timing().notice().plus(config.timing().drain()),
        service::close);
  }

  /**
   * The configuration from this process's environment, with prefix as given, and for a Kafka that
   * is given: the way to it is for the caller to set.
   *
   * @throws StartupException naming the variable that is wrong
   */
  static <C> C configured(Function<Map<String, String>, C> from, KafkaAccess kafka, Topics topics)
      throws StartupException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("TIDEGATE_KAFKA", kafka.servers());
    environment.remove(KafkaAccess.VARIABLE);
    environment.put("TIDEGATE_TOPIC_PREFIX", topics.prefix());
    try {
      return from.apply(environment);
    } catch (IllegalArgumentException e) {
      throw new StartupException("configuration: " + e.getMessage(), e);
    }
  }
}
