package io.tidegate.loadtest.run;

import io.tidegate.contract.LineText;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.Receivers;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be so while a run lasts, and is afterwards as it was: the policy of those who have no
 * other, and the members of the run's own groups.
 */
final class Preparation {
  private static final int LINES = 1_000;
  private static final int ATTEMPTS = 3;
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final Requester http;
  private final Target target;
  private final Names names;
  private final Profile profile;
  private final URI policy;
  private @Nullable String before;
  private boolean policyChanged;
  private long version = -1;
  private int groupsMade;

  Preparation(Requester http, Target target, Names names, Profile profile) {
    this.http = http;
    this.target = target;
    this.names = names;
    this.profile = profile;
    this.policy = target.ingest("/v1/policies/" + Policy.DEFAULT_NAME);
  }

  /**
   * @throws LoadTestException if ingest does not take it
   */
  void make() throws LoadTestException, InterruptedException {
    if (profile.policy() != null) {
      changePolicy(profile.policy());
    }
    if (profile.receivers().kind() == Receivers.Kind.GROUP) {
      for (int group = 0; group < profile.receivers().groups(); group++) {
        groupsMade++;
        members(group, false);
      }
    }
  }

  private void changePolicy(String json) throws LoadTestException, InterruptedException {
    HttpResponse<String> there = http.get(policy);
    if (there.statusCode() != 404) {
      // Else it could not be made again what it was.
      want(there, policy);
      before = JsonMapper.shared().readTree(there.body()).path("policy").toString();
    }
    policyChanged = true;
    HttpResponse<String> taken = http.put(policy, json);
    want(taken, policy);
    version = JsonMapper.shared().readTree(taken.body()).path("version").asLong(-1);
  }

  /**
   * Waits until fan-out goes by the policy; it must know the user.
   *
   * @throws LoadTestException if it does not within 30 s
   */
  void awaitPolicy() throws LoadTestException, InterruptedException {
    URI fanout = target.fanout();
    if (profile.policy() == null || fanout == null) {
      return;
    }
    URI user = Target.at(fanout, "/v1/users/" + names.user(0));
    long deadline = System.nanoTime() + SETTLE.toNanos();
    while (!goesBy(user)) {
      if (System.nanoTime() > deadline) {
        throw new LoadTestException(
            "%s does not go by version %d of policy %s after %d s"
                .formatted(fanout, version, Policy.DEFAULT_NAME, SETTLE.toSeconds()));
      }
      Thread.sleep(50);
    }
  }

  private boolean goesBy(URI user) throws LoadTestException, InterruptedException {
    HttpResponse<String> answer = http.get(user);
    if (answer.statusCode() != 200) {
      return false;
    }
    JsonNode holds = JsonMapper.shared().readTree(answer.body()).path("policy");
    return holds.path("name").asString("").equals(Policy.DEFAULT_NAME)
        && holds.path("version").asLong(-1) == version;
  }

  private void members(int group, boolean remove) throws LoadTestException, InterruptedException {
    URI uri = target.ingest("/v1/groups/" + names.group(group) + "/members");
    int size = profile.receivers().members();
    for (int from = 0; from < size; from += LINES) {
      StringBuilder lines = new StringBuilder();
      for (int member = from; member < Math.min(size, from + LINES); member++) {
        lines
            .append("{\"user\":\"")
            .append(names.user(group * size + member))
            .append(remove ? "\",\"remove\":true}\n" : "\"}\n");
      }
      HttpResponse<String> answer = http.lines(uri, lines.toString());
      want(answer, uri);
      if (answer.body().contains("\"status\":")) {
        throw new LoadTestException(
            "%s took not all members: %s".formatted(uri, LineText.quotable(answer.body())));
      }
    }
  }

  private static void want(HttpResponse<String> answer, URI uri) throws LoadTestException {
    if (answer.statusCode() / 100 != 2) {
      throw new LoadTestException(
          "%s answered %d %s"
              .formatted(uri, answer.statusCode(), LineText.quotable(answer.body().strip())));
    }
  }

  /**
   * Makes all as it was, each with a few attempts; once. May be called by another thread while the
   * run goes on, which is over then.
   *
   * @return what could not be undone, in words
   */
  synchronized List<String> undo() {
    List<String> left = new ArrayList<>();
    if (policyChanged) {
      policyChanged = false;
      String then = before;
      undo(
          "policy " + Policy.DEFAULT_NAME + " is still the run's",
          left,
          () -> {
            if (then == null) {
              want(http.delete(policy), policy);
            } else {
              want(http.put(policy, then), policy);
            }
          });
    }
    while (groupsMade > 0) {
      int group = --groupsMade;
      undo("group " + names.group(group) + " still has members", left, () -> members(group, true));
    }
    return left;
  }

  private static void undo(String otherwise, List<String> left, Step step) {
    String reason = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        step.run();
        return;
      } catch (LoadTestException e) {
        reason = String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reason = "interrupted";
        break;
      }
    }
    left.add(otherwise + ": " + reason);
  }

  private interface Step {
    void run() throws LoadTestException, InterruptedException;
  }
}
