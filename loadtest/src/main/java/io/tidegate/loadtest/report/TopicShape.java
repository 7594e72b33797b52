package io.tidegate.loadtest.report;

import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a topic is like, as it stands among the options of a run that asked Kafka.
 *
 * @param partitions 1 or more
 * @param replicas of each partition, 1 or more
 */
public record TopicShape(int partitions, int replicas) {
  private static final String OPTION = "topic ";

  private static final Pattern TEXT =
      Pattern.compile("partitions ([1-9]\\d{0,8}), replicas of each \\d{1,9}");

  /** The name of the option that has the text of a topic. */
  public static String option(String topic) {
    return OPTION + topic;
  }

  public String text() {
    return "partitions %d, replicas of each %d".formatted(partitions, replicas);
  }

  /** Of the topic that a run tells; empty where it tells none. */
  public static OptionalInt partitions(Settings settings) {
    return settings.options().entrySet().stream()
        .filter(option -> option.getKey().startsWith(OPTION))
        .map(Map.Entry::getValue)
        .map(TEXT::matcher)
        .filter(Matcher::matches)
        .mapToInt(text -> Integer.parseInt(text.group(1)))
        .findFirst();
  }
}
