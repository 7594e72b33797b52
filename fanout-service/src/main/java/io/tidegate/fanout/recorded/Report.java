package io.tidegate.fanout.recorded;

import io.tidegate.fanout.rehearsal.Result;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a candidate would make of the messages of a range, beside the policy that holds.
 *
 * @param name of the policy
 * @param messages how many each of the two was given
 * @param firstAt the time of the first of them; null where there is none
 * @param horizon how long after the last message both could go on
 * @param cutShort why the simulation ended early; null if it did not
 */
public record Report(
    String name,
    Instant from,
    Instant to,
    long messages,
    int users,
    @Nullable Instant firstAt,
    @Nullable Instant lastAt,
    Skipped skipped,
    Settings settings,
    Duration horizon,
    @Nullable CutShort cutShort,
    Current current,
    Candidate candidate) {

  /**
   * What is set for users, as it stands now.
   *
   * @param users that have settings
   * @param complete false if there were more than could be kept: the others have none
   * @param unreadable records that say nothing
   */
  public record Settings(int users, boolean complete, long unreadable) {}

  /**
   * @param by {@code messages}, {@code users}, {@code memory}, {@code bytes} or {@code time}
   * @param at the time of the last record taken; null where there is none
   */
  public record CutShort(String by, String detail, @Nullable Instant at) {}

  /**
   * @param name of the policy that holds, which is another where there is none of the name asked
   * @param version -1 for the one that is built in
   */
  public record Current(String name, long version, JsonNode policy, Result result) {}

  public record Candidate(JsonNode policy, Result result) {}
}
