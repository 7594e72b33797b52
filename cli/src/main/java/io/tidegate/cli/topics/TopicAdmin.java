package io.tidegate.cli.topics;

import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Creates and describes the topics of a {@link TopicPlan} on a Kafka. Every call is bounded in time
 * and fails with one clear line.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(8);
  private static final Duration CALL = Duration.ofSeconds(20);
  private static final int WANTED_REPLICAS = 3;

  /** Whose times records have; with others than the plan's they may be deleted at once. */
  private static final String STAMP = "message.timestamp.type";

  private final Admin admin;
  private final KafkaAccess kafka;

  private TopicAdmin(Admin admin, KafkaAccess kafka) {
    this.admin = admin;
    this.kafka = kafka;
  }

  /**
   * @throws StartupException if no broker answers, or lets us in
   */
  public static TopicAdmin connect(KafkaAccess kafka) throws StartupException {
    Map<String, Object> config = new HashMap<>();
    config.put(AdminClientConfig.CLIENT_ID_CONFIG, "tidegate-topics");
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CONNECT.toMillis());
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL.toMillis());
    Admin admin;
    try {
      admin = KafkaClients.admin(kafka, config);
    } catch (KafkaException e) {
      throw new StartupException(KafkaFault.of(kafka, e), e);
    }
    TopicAdmin connected = new TopicAdmin(admin, kafka);
    try {
      connected.await(admin.describeCluster().clusterId(), CONNECT, "answer");
      return connected;
    } catch (StartupException e) {
      connected.close();
      throw e;
    }
  }

  /**
   * One topic as it is on Kafka.
   *
   * @param config what differs from the broker's defaults
   */
  public record Found(String name, int partitions, int replicas, Map<String, String> config) {}

  /**
   * Creates what is missing, and puts back the times of the plan where a topic was set to others,
   * as an audit of a load test that was killed leaves it; a second call changes nothing.
   *
   * @return the names of those it created, grew or put right
   * @throws StartupException if a topic is there with a number of partitions that can't be right
   */
  public List<String> create(TopicPlan plan) throws StartupException {
    Map<String, Found> found = describe(plan, true);
    List<TopicPlan.Planned> missing = new ArrayList<>();
    Map<String, NewPartitions> growing = new TreeMap<>();
    Map<String, String> stamps = new TreeMap<>();
    for (TopicPlan.Planned planned : plan.all()) {
      Found there = found.get(planned.name());
      if (there == null) {
        missing.add(planned);
      } else if (planned.mayGrow() && there.partitions() < planned.partitions()) {
        growing.put(planned.name(), NewPartitions.increaseTo(planned.partitions()));
      } else if (!planned.mayGrow() && there.partitions() != planned.partitions()) {
        throw new StartupException(wrongPartitions(planned, there));
      }
      String stamp = planned.config().get(STAMP);
      String own = there == null ? null : there.config().get(STAMP);
      if (stamp != null && own != null && !own.equals(stamp)) {
        stamps.put(planned.name(), stamp);
      }
    }
    if (!missing.isEmpty()) {
      createMissing(missing);
    }
    if (!growing.isEmpty()) {
      await(admin.createPartitions(growing).all(), CALL, "add slots");
    }
    if (!stamps.isEmpty()) {
      stamp(stamps);
    }
    if (!missing.isEmpty() || !growing.isEmpty()) {
      awaitLeaders(plan);
    }
    Set<String> changed = new LinkedHashSet<>(growing.keySet());
    changed.addAll(stamps.keySet());
    missing.forEach(planned -> changed.add(planned.name()));
    return List.copyOf(changed);
  }

  private void stamp(Map<String, String> stamps) throws StartupException {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    stamps.forEach(
        (name, stamp) ->
            changes.put(
                new ConfigResource(ConfigResource.Type.TOPIC, name),
                List.of(
                    new AlterConfigOp(new ConfigEntry(STAMP, stamp), AlterConfigOp.OpType.SET))));
    await(admin.incrementalAlterConfigs(changes).all(), CALL, "set the times of its topics");
  }

  /**
   * The plan with as many partitions by user as there are already; as it is where there are none.
   */
  public TopicPlan adopt(TopicPlan plan) throws StartupException {
    Found messages = describe(plan, false).get(plan.topics().messages());
    return messages == null ? plan : plan.withPartitions(messages.partitions());
  }

  /** Those topics of the plan that are there, by name. */
  public Map<String, Found> describe(TopicPlan plan, boolean withConfig) throws StartupException {
    Set<String> existing = await(admin.listTopics().names(), CALL, "list its topics");
    List<String> names =
        plan.all().stream().map(TopicPlan.Planned::name).filter(existing::contains).toList();
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, TopicDescription> descriptions =
        await(admin.describeTopics(names).allTopicNames(), CALL, "describe its topics");
    Map<String, Map<String, String>> configs = withConfig ? configs(names) : Map.of();
    Map<String, Found> found = new TreeMap<>();
    descriptions.forEach(
        (name, topic) ->
            found.put(
                name,
                new Found(
                    name,
                    topic.partitions().size(),
                    topic.partitions().getFirst().replicas().size(),
                    configs.getOrDefault(name, Map.of()))));
    return found;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  /**
   * The controller's yes comes before the brokers know. Until then a client finds no leader, or one
   * that does not know of it yet, and that is worse: when it refuses a producer's first batch and
   * takes its second, the first is refused for good as out of order (KAFKA-15591).
   */
  private void awaitLeaders(TopicPlan plan) throws StartupException {
    List<String> names = plan.all().stream().map(TopicPlan.Planned::name).toList();
    long deadline = System.nanoTime() + CALL.toNanos();
    while (System.nanoTime() < deadline) {
      Map<String, TopicDescription> now = describeQuietly(names);
      boolean there =
          plan.all().stream().allMatch(planned -> isLed(now.get(planned.name()), planned));
      if (there) {
        awaitOffsets(now);
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartupException("interrupted while waiting for Kafka", e);
      }
    }
    throw new StartupException(notLed());
  }

  /** Only a leader answers; the client asks again until it does. */
  private void awaitOffsets(Map<String, TopicDescription> topics) throws StartupException {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (TopicDescription topic : topics.values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        all.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
      }
    }
    try {
      await(admin.listOffsets(all).all(), CALL, "lead its topics");
    } catch (StartupException e) {
      throw new StartupException(notLed(), e);
    }
  }

  private String notLed() {
    return "Kafka at " + kafka.servers() + " created the topics but leads not all of them yet";
  }

  /** Without those that are not known yet. */
  private Map<String, TopicDescription> describeQuietly(List<String> names)
      throws StartupException {
    Map<String, TopicDescription> described = new HashMap<>();
    for (var one : admin.describeTopics(names).topicNameValues().entrySet()) {
      try {
        described.put(one.getKey(), await(one.getValue(), CALL, "describe " + one.getKey()));
      } catch (StartupException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    return described;
  }

  private static boolean isLed(@Nullable TopicDescription topic, TopicPlan.Planned planned) {
    return topic != null
        && topic.partitions().size() >= planned.partitions()
        && topic.partitions().stream()
            .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }

  private void createMissing(List<TopicPlan.Planned> missing) throws StartupException {
    int brokers = await(admin.describeCluster().nodes(), CALL, "name its brokers").size();
    short replicas = (short) Math.max(1, Math.min(WANTED_REPLICAS, brokers));
    List<NewTopic> topics = new ArrayList<>();
    for (TopicPlan.Planned planned : missing) {
      Map<String, String> config = new TreeMap<>(planned.config());
      if (replicas == WANTED_REPLICAS) {
        config.put("min.insync.replicas", "2");
      }
      topics.add(new NewTopic(planned.name(), planned.partitions(), replicas).configs(config));
    }
    for (var one : admin.createTopics(topics).values().entrySet()) {
      try {
        await(one.getValue(), CALL, "create " + one.getKey());
      } catch (StartupException e) {
        // Another process was faster; the next describe judges what it made.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  private Map<String, Map<String, String>> configs(List<String> names) throws StartupException {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<ConfigResource, Config> all =
        await(admin.describeConfigs(resources).all(), CALL, "describe its topics");
    Map<String, Map<String, String>> configs = new HashMap<>();
    all.forEach(
        (resource, config) -> {
          Map<String, String> own = new TreeMap<>();
          for (ConfigEntry entry : config.entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
              own.put(entry.name(), entry.value());
            }
          }
          configs.put(resource.name(), own);
        });
    return configs;
  }

  private static String wrongPartitions(TopicPlan.Planned planned, Found there) {
    String line =
        "topic "
            + there.name()
            + " has "
            + there.partitions()
            + (there.partitions() == 1 ? " partition" : " partitions")
            + ", want "
            + planned.partitions();
    return planned.partitions() == 1
        ? line + ": it is not one of Tidegate's; use another --prefix"
        : line
            + ": the number is fixed once users hash to it; use --partitions "
            + there.partitions()
            + " or another --prefix";
  }

  private <T> T await(KafkaFuture<T> future, Duration bound, String what) throws StartupException {
    try {
      return future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StartupException(unreachable(), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw new StartupException(unreachable(), cause);
      }
      if (KafkaFault.isOfLogin(cause)) {
        throw new StartupException(KafkaFault.of(kafka, cause), cause);
      }
      throw new StartupException(
          "Kafka at " + kafka.servers() + " could not " + what + ": " + Reason.of(cause), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while waiting for Kafka", e);
    }
  }

  private String unreachable() {
    return "Kafka at " + kafka.servers() + " is not reachable" + KafkaFault.ofLate(kafka);
  }
}
