package io.tidegate.loadtest.run;

import io.tidegate.contract.LineText;
import io.tidegate.contract.Topics;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.topics.KafkaFacts;
import io.tidegate.loadtest.topics.ReleaseInstants;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final boolean audit;
  private final Profile profile;
  private final URI policy;
  private @Nullable String before;
  private boolean policyChanged;
  private long version = -1;
  private int groupsMade;
  private @Nullable ReleaseInstants instants;

  private Preparation(Requester http, Target target, RunOptions options, Profile profile) {
    this.http = http;
    this.target = target;
    this.names = options.names();
    this.audit = options.audit();
    this.profile = profile;
    this.policy = target.ingest("/v1/policies/" + Policy.DEFAULT_NAME);
  }

  /** A run between its preparation and its end. */
  @FunctionalInterface
  interface Body {
    /**
     * @param ready to be awaited when devices are connected, before load is offered
     */
    Report run(Ready ready) throws LoadTestException, InterruptedException;
  }

  /** Waits until the service goes by what was prepared. */
  @FunctionalInterface
  interface Ready {
    void await() throws LoadTestException, InterruptedException;
  }

  /**
   * A run with all that must be so for it.
   *
   * @throws LoadTestException if it cannot begin; all is as it was then
   */
  static Report around(
      Target target, RunOptions options, Profile profile, Progress progress, Body body)
      throws LoadTestException, InterruptedException {
    try (Requester http = new Requester(target.tls(), target.bearer())) {
      Preparation preparation = new Preparation(http, target, options, profile);
      // A signal ends the process without a return from here.
      Thread undo = new Thread(preparation::undo, "load-undo");
      Runtime.getRuntime().addShutdownHook(undo);
      List<String> left = new ArrayList<>();
      Report report;
      try {
        preparation.make();
        report = preparation.held(body.run(preparation::awaitPolicy));
      } finally {
        left.addAll(preparation.undo());
        try {
          Runtime.getRuntime().removeShutdownHook(undo);
        } catch (IllegalStateException e) {
          // The process ends already, and the hook found nothing left to do.
          left.add("stopped");
        }
        left.forEach(progress::note);
      }
      return Reports.withVerdict(preparation.told(report), left);
    }
  }

  /**
   * @throws LoadTestException if ingest does not take it
   */
  private void make() throws LoadTestException, InterruptedException {
    if (audit) {
      keepInstants();
    }
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

  private void keepInstants() throws LoadTestException {
    if (profile.receivers().kind() != Receivers.Kind.USER) {
      throw new LoadTestException("an audit wants a profile with messages to users");
    }
    try {
      instants = new ReleaseInstants(target.kafka(), new Topics(target.topicPrefix()).inbox());
    } catch (IOException e) {
      throw new LoadTestException(String.valueOf(e.getMessage()), e);
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
  private void awaitPolicy() throws LoadTestException, InterruptedException {
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

  /** With what Kafka says of itself, where the run has to do with it. */
  private Report told(Report report) throws InterruptedException {
    if (!audit && profile.sending().through() != Sending.Through.KAFKA) {
      return report;
    }
    Map<String, String> settings = new LinkedHashMap<>(report.settings().options());
    String topic = new Topics(target.topicPrefix()).messages();
    settings.putAll(KafkaFacts.of(target.kafka(), topic));
    return Reports.withSettings(report, new Settings(report.settings().url(), settings));
  }

  /** Somebody else may have changed the policy meanwhile: then it was not what was checked. */
  private Report held(Report report) throws InterruptedException {
    URI fanout = target.fanout();
    if (profile.policy() == null || fanout == null) {
      return report;
    }
    String otherwise = "%s does not go by version %d of it".formatted(fanout, version);
    try {
      if (goesBy(Target.at(fanout, "/v1/users/" + names.user(0)))) {
        return report;
      }
    } catch (LoadTestException e) {
      // What was found by then is not lost for that.
      otherwise = String.valueOf(e.getMessage());
    }
    return Reports.withViolation(report, Fault.POLICY_CHANGED, otherwise);
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
  private synchronized List<String> undo() {
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
    ReleaseInstants kept = instants;
    if (kept != null) {
      instants = null;
      undo("topics are still set for the run", left, () -> restore(kept));
      kept.close();
    }
    while (groupsMade > 0) {
      int group = --groupsMade;
      undo("group " + names.group(group) + " still has members", left, () -> members(group, true));
    }
    return left;
  }

  private static void restore(ReleaseInstants kept) throws LoadTestException {
    try {
      kept.restore();
    } catch (IOException e) {
      throw new LoadTestException(String.valueOf(e.getMessage()), e);
    }
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
