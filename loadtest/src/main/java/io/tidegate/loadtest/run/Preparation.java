package io.tidegate.loadtest.run;

import io.tidegate.contract.LineText;
import io.tidegate.contract.Topics;
import io.tidegate.contract.policy.Policy;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be so while a run lasts, and is afterwards as it was: the policy of those who have no
 * other, and the members of the run's own groups.
 */
final class Preparation {
  private static final int LINES = 1_000;
  private static final int ATTEMPTS = 3;

  private final Requester http;
  private final Target target;
  private final Names names;
  private final boolean audit;
  private final Profile profile;
  private final RunPolicy policy;
  private int groupsMade;
  private @Nullable ReleaseInstants instants;

  private Preparation(Requester http, Target target, RunOptions options, Profile profile) {
    this.http = http;
    this.target = target;
    this.names = options.names();
    this.audit = options.audit();
    this.profile = profile;
    this.policy = new RunPolicy(http, target, options, profile);
  }

  /** A run between its preparation and its end. */
  @FunctionalInterface
  interface Body {
    /**
     * @param rules what holds for pushes of all users
     * @param ready to be awaited when devices are connected, before load is offered
     */
    Report run(Policy rules, Ready ready) throws LoadTestException, InterruptedException;
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
        Policy rules = preparation.make();
        Report found = body.run(rules, () -> preparation.policy.await(progress));
        report = preparation.policy.held(found);
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
      List<String> lines = new ArrayList<>(preparation.policy.notices());
      lines.addAll(left);
      return Reports.withVerdict(preparation.told(report), lines);
    }
  }

  /**
   * @return what holds for pushes of all users
   * @throws LoadTestException if ingest does not take it
   */
  private Policy make() throws LoadTestException, InterruptedException {
    if (audit) {
      keepInstants();
    }
    Policy rules = policy.make();
    if (profile.receivers().kind() == Receivers.Kind.GROUP) {
      for (int group = 0; group < profile.receivers().groups(); group++) {
        groupsMade++;
        members(group, false);
      }
    }
    return rules;
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

  /** With the policy, and what Kafka says of itself, where it is that of the service. */
  private Report told(Report report) throws InterruptedException {
    Map<String, String> settings = new LinkedHashMap<>(report.settings().options());
    settings.put(Settings.POLICY, policy.shown());
    boolean isUsed = audit || profile.sending().through() == Sending.Through.KAFKA;
    if (isUsed || target.tellsKafka()) {
      String topic = new Topics(target.topicPrefix()).messages();
      settings.putAll(KafkaFacts.of(target.kafka(), topic));
    }
    return Reports.withSettings(report, new Settings(report.settings().url(), settings));
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
      Requester.want(answer, uri);
      if (answer.body().contains("\"status\":")) {
        throw new LoadTestException(
            "%s took not all members: %s".formatted(uri, LineText.quotable(answer.body())));
      }
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
    if (policy.takeChanged()) {
      undo("policy " + Policy.DEFAULT_NAME + " is still the run's", left, policy::restore);
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
