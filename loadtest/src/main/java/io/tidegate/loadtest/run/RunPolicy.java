package io.tidegate.loadtest.run;

import io.tidegate.contract.LineText;
import io.tidegate.contract.policy.InvalidPolicyException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.Report;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The policy {@code default} while a run lasts. Where the profile has one it is made that, or has
 * to be that already; else whatever there is holds. What cannot be seen of it is said.
 */
final class RunPolicy {
  /** For all of fan-out to go by it. */
  private static final Duration SETTLE = Duration.ofSeconds(30);

  /** Instead, where there is no fan-out to ask. */
  private static final Duration UNSEEN = Duration.ofSeconds(5);

  /** For fan-out to answer when the run is over: it may be moving partitions. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private static final int MOST_SHOWN = 2_000;

  /** There is none; a version is an offset. */
  private static final long NONE = -1;

  private final Requester http;
  private final URI uri;
  private final Profile profile;
  private final boolean isSet;
  private final @Nullable PolicyWitness fanout;
  private final List<String> notices = new ArrayList<>();
  private String shown = "not known";
  private boolean isKnown;
  private long version = NONE;

  /** As it is to be again, as JSON; null: there was none. */
  private @Nullable String before;

  private boolean isChanged;

  private record Stored(long version, Policy policy) {}

  RunPolicy(Requester http, Target target, RunOptions options, Profile profile) {
    this.http = http;
    this.uri = target.ingest("/v1/policies/" + Policy.DEFAULT_NAME);
    this.profile = profile;
    this.isSet = options.policyIsSet();
    this.fanout =
        profile.policy() == null || target.fanout() == null
            ? null
            : new PolicyWitness(
                http,
                target.fanout(),
                target.tenant(),
                options.names(),
                profile.receivers().users());
  }

  /**
   * Begins it.
   *
   * @return what holds, as far as it is known
   * @throws LoadTestException if it cannot be what the profile has
   */
  Policy make() throws LoadTestException, InterruptedException {
    String own = profile.policy();
    if (own == null) {
      return found();
    }
    Policy rules = profile.rules();
    if (isSet) {
      require(rules);
    } else {
      change(own);
    }
    known(rules.toJson());
    return rules;
  }

  private void known(String text) {
    isKnown = true;
    shown = shortened(text, MOST_SHOWN);
  }

  private Policy found() throws InterruptedException {
    try {
      HttpResponse<String> answer = http.get(uri);
      if (answer.statusCode() == 404) {
        known("none");
        return Policy.NONE;
      }
      Stored there = stored(answer);
      version = there.version();
      known(there.policy().toJson());
      return there.policy();
    } catch (LoadTestException e) {
      // Who may only send can offer load all the same.
      notices.add(
          "limits were not checked, and what policy %s lets go counts as lost: %s"
              .formatted(Policy.DEFAULT_NAME, e.getMessage()));
      return Policy.NONE;
    }
  }

  private void require(Policy rules) throws LoadTestException, InterruptedException {
    HttpResponse<String> answer = http.get(uri);
    if (answer.statusCode() == 404) {
      throw new LoadTestException(
          "--policy-is-set: there is no policy %s at %s".formatted(Policy.DEFAULT_NAME, uri));
    }
    Stored there = stored(answer);
    if (!there.policy().equals(rules)) {
      throw new LoadTestException(
          "--policy-is-set: policy %s is not the profile's: %s"
              .formatted(Policy.DEFAULT_NAME, difference(rules, there.policy())));
    }
    version = there.version();
  }

  private static String difference(Policy wanted, Policy there) {
    JsonNode want = JsonMapper.shared().readTree(wanted.toJson());
    JsonNode is = JsonMapper.shared().readTree(there.toJson());
    Set<String> fields = new TreeSet<>(want.propertyNames());
    fields.addAll(is.propertyNames());
    List<String> different = new ArrayList<>();
    for (String field : fields) {
      if (!want.path(field).equals(is.path(field))) {
        different.add(
            "%s: want %s, is %s".formatted(field, text(want.path(field)), text(is.path(field))));
      }
    }
    return String.join("; ", different);
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "nothing" : shortened(value.toString(), 300);
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  private void change(String own) throws LoadTestException, InterruptedException {
    HttpResponse<String> there = http.get(uri);
    if (there.statusCode() != 404) {
      // Else it could not be made again what it was.
      Requester.want(there, uri);
      before = json(there).path("policy").toString();
    }
    isChanged = true;
    HttpResponse<String> taken = http.put(uri, own);
    Requester.want(taken, uri);
    version = json(taken).path("version").asLong(NONE);
  }

  private Stored stored(HttpResponse<String> answer) throws LoadTestException {
    Requester.want(answer, uri);
    JsonNode body = json(answer);
    try {
      return new Stored(
          body.path("version").asLong(NONE), Policy.parse(body.path("policy").toString()));
    } catch (InvalidPolicyException e) {
      throw new LoadTestException(
          "%s answered what is no policy here: %s".formatted(uri, e.getMessage()), e);
    }
  }

  private JsonNode json(HttpResponse<String> answer) throws LoadTestException {
    try {
      return JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      throw new LoadTestException(
          "%s answered no JSON: %s".formatted(uri, LineText.quotable(answer.body())), e);
    }
  }

  /**
   * Waits until fan-out goes by the profile's policy; it must know the users.
   *
   * @throws LoadTestException if it does not within 30 s
   */
  void await(Progress progress) throws LoadTestException, InterruptedException {
    if (profile.policy() == null) {
      return;
    }
    if (fanout == null) {
      progress.note(
          "no fan-out is asked whether it goes by the policy: waiting %d s for it"
              .formatted(UNSEEN.toSeconds()));
      notices.add(
          ("whether fan-out went by policy %s was not asked (--fanout): the load began %d s after"
                  + " ingest had it")
              .formatted(Policy.DEFAULT_NAME, UNSEEN.toSeconds()));
      Thread.sleep(UNSEEN);
      return;
    }
    String otherwise = fanout.otherwise(version, SETTLE);
    if (otherwise != null) {
      throw new LoadTestException("%s, after %d s".formatted(otherwise, SETTLE.toSeconds()));
    }
  }

  /** Somebody else may have changed it meanwhile: then it was not what was checked. */
  Report held(Report report) throws InterruptedException {
    if (!isKnown) {
      return report;
    }
    String otherwise;
    try {
      otherwise = fanout == null ? changed() : fanout.otherwise(version, ANSWER);
    } catch (LoadTestException e) {
      // What was found by then is not lost for that.
      otherwise = String.valueOf(e.getMessage());
      if (profile.policy() == null) {
        notices.add(
            "whether policy %s held to the end is not known: %s"
                .formatted(Policy.DEFAULT_NAME, otherwise));
        return report;
      }
    }
    return otherwise == null
        ? report
        : Reports.withViolation(report, Fault.POLICY_CHANGED, otherwise);
  }

  /** As ingest says; null: it is not. */
  private @Nullable String changed() throws LoadTestException, InterruptedException {
    HttpResponse<String> answer = http.get(uri);
    long now = NONE;
    if (answer.statusCode() != 404) {
      Requester.want(answer, uri);
      now = json(answer).path("version").asLong(NONE);
    }
    return now == version
        ? null
        : "%s has %s, not %s".formatted(uri, versionText(now), versionText(version));
  }

  private static String versionText(long version) {
    return version == NONE ? "none" : "version " + version;
  }

  /** For the report: what held, as JSON. */
  String shown() {
    return shown;
  }

  /** Sentences for the report; empty if all was seen. */
  List<String> notices() {
    return List.copyOf(notices);
  }

  /** Whether it is to be made again what it was; once. */
  boolean takeChanged() {
    boolean was = isChanged;
    isChanged = false;
    return was;
  }

  /** Makes it again what it was. */
  void restore() throws LoadTestException, InterruptedException {
    String then = before;
    Requester.want(then == null ? http.delete(uri) : http.put(uri, then), uri);
  }
}
