package io.tidegate.loadtest.run;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.offer.Names;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks fan-out whether it goes by a version of the policy {@code default}. Each of its processes
 * reads policies by itself, so a user of each partition is asked for.
 */
final class PolicyWitness {
  /** How many there are is not known here; up to so many have a user each who is asked for. */
  static final int MOST_PARTITIONS = 64;

  /** Among so many each of the partitions has one, but for one time in 100,000. */
  private static final int MOST_USERS = 1_024;

  private static final long AGAIN_MILLIS = 50;

  private final Requester http;
  private final URI fanout;
  private final List<String> users;

  /**
   * @param users of the run
   */
  PolicyWitness(Requester http, URI fanout, String tenant, Names names, int users) {
    this.http = http;
    this.fanout = fanout;
    this.users = spread(tenant, names, users);
  }

  /**
   * Users of whom each partition has one, whatever their number is, as far as there are such users.
   */
  static List<String> spread(String tenant, Names names, int users) {
    BitSet covered = new BitSet();
    List<String> spread = new ArrayList<>();
    for (int user = 0; user < Math.min(users, MOST_USERS); user++) {
      byte[] key = new UserKey(tenant, names.user(user)).toBytes();
      boolean isFirst = false;
      for (int partitions = 1; partitions <= MOST_PARTITIONS; partitions++) {
        int pair = partitions * MOST_PARTITIONS + UserKey.partition(key, partitions);
        isFirst |= !covered.get(pair);
        covered.set(pair);
      }
      if (isFirst) {
        spread.add(names.user(user));
      }
    }
    return spread;
  }

  /**
   * Whether fan-out goes by it for all of them, who must be known there.
   *
   * @param patience how long that may take
   * @return null: it does; else what it said instead
   */
  @Nullable String otherwise(long version, Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    for (String user : users) {
      URI uri = Target.at(fanout, "/v1/users/" + user);
      String otherwise = otherwise(uri, version);
      while (otherwise != null && System.nanoTime() - begin < patience.toNanos()) {
        Thread.sleep(AGAIN_MILLIS);
        otherwise = otherwise(uri, version);
      }
      if (otherwise != null) {
        return otherwise;
      }
    }
    return null;
  }

  private @Nullable String otherwise(URI user, long version) throws InterruptedException {
    HttpResponse<String> answer;
    try {
      answer = http.get(user);
    } catch (LoadTestException e) {
      return String.valueOf(e.getMessage());
    }
    if (answer.statusCode() != 200) {
      return "%s answers %d".formatted(user, answer.statusCode());
    }
    try {
      JsonNode holds = JsonMapper.shared().readTree(answer.body()).path("policy");
      String name = holds.path("name").asString("");
      long there = holds.path("version").asLong(-1);
      return name.equals(Policy.DEFAULT_NAME) && there == version
          ? null
          : "%s does not go by version %d of policy %s"
              .formatted(user, version, Policy.DEFAULT_NAME);
    } catch (JacksonException e) {
      return user + " answers no JSON";
    }
  }
}
