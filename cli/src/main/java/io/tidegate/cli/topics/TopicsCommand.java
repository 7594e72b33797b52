package io.tidegate.cli.topics;

import io.tidegate.cli.Output;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tidegate topics}: makes the topics, or shows them as they are. */
@Command(
    name = "topics",
    description = "Create or describe the topics of an installation.",
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Describe.class})
public final class TopicsCommand {

  @Command(
      name = "create",
      description = {
        "Create the topics that are missing. Safe to repeat; those that are there keep their"
            + " partitions by user. Puts back whose times records have (message.timestamp.type),"
            + " which a load test leaves changed where it is killed amid an audit.",
        "3 replicas and 2 in sync where Kafka has 3 brokers, else as many as it has."
      })
  static final class Create implements Callable<Integer> {
    @Mixin KafkaAddress address = new KafkaAddress();
    @Mixin KafkaOptions options = new KafkaOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() throws StartupException {
      TopicPlan wanted = options.plan();
      KafkaAccess kafka = address.access(output::note);
      try (TopicAdmin admin = TopicAdmin.connect(kafka)) {
        TopicPlan plan = options.arePartitionsStated() ? wanted : admin.adopt(wanted);
        Set<String> before = admin.describe(plan, false).keySet();
        List<String> changed = admin.create(plan);
        int unchanged = plan.all().size() - changed.size();
        if (output.json()) {
          output.json(
              Map.of("created", changed, "unchanged", unchanged, "partitions", plan.partitions()));
        } else {
          if (plan.partitions() != wanted.partitions()) {
            output.line(
                plan.topics().messages()
                    + " keeps its "
                    + plan.partitions()
                    + (plan.partitions() == 1 ? " partition" : " partitions")
                    + " (the default for new ones is "
                    + wanted.partitions()
                    + ")");
          }
          changed.forEach(
              name -> output.line((before.contains(name) ? "changed  " : "created  ") + name));
          long created = changed.stream().filter(name -> !before.contains(name)).count();
          output.line(
              created + " created, " + (plan.all().size() - created) + " were there already");
        }
        return 0;
      } catch (StartupException e) {
        throw address.explained(e);
      }
    }
  }

  @Command(name = "describe", description = "Show the topics as they are on Kafka.")
  static final class Describe implements Callable<Integer> {
    @Mixin KafkaAddress address = new KafkaAddress();
    @Mixin KafkaOptions options = new KafkaOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() throws StartupException {
      TopicPlan plan = options.plan();
      KafkaAccess kafka = address.access(output::note);
      try (TopicAdmin admin = TopicAdmin.connect(kafka)) {
        Map<String, TopicAdmin.Found> found = admin.describe(plan, true);
        List<String> missing =
            plan.all().stream()
                .map(TopicPlan.Planned::name)
                .filter(name -> !found.containsKey(name))
                .toList();
        if (output.json()) {
          output.json(Map.of("topics", found.values(), "missing", missing));
        } else {
          table(found);
          if (!missing.isEmpty()) {
            output.line(
                "missing: "
                    + String.join(", ", missing)
                    + "; make them with: "
                    + KafkaOptions.createHint(kafka, options.prefix));
          }
        }
        return missing.isEmpty() ? 0 : 1;
      } catch (StartupException e) {
        throw address.explained(e);
      }
    }

    private void table(Map<String, TopicAdmin.Found> found) {
      String row = "%-28s %10s %8s  %s";
      output.line(row.formatted("TOPIC", "PARTITIONS", "REPLICAS", "CONFIG"));
      for (TopicAdmin.Found topic : found.values()) {
        String config =
            topic.config().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
        output.line(row.formatted(topic.name(), topic.partitions(), topic.replicas(), config));
      }
    }
  }
}
