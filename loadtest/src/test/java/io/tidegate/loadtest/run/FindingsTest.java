package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.ledger.Audit;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.ledger.Succession;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Generator;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Violation;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FindingsTest {
  private static final MessageIds IDS = new MessageIds("run");
  private static final String FOUR = "users: 2\nphases: [{burst: 4}]\n";
  private static final String OLD = "users: 2\nsend: {ttl: 5s}\nphases: [{burst: 4}]\n";

  private final Faults faults = new Faults();
  private final Measures measures = new Measures();
  private String failure = "";
  private Profile profile = ProfileReader.read("test", FOUR);
  private Arrivals arrivals = new Arrivals(profile.phases());
  private Audience audience = new Audience(profile.receivers(), 1);
  private Share share = Share.whole(profile.receivers());
  private Ledger ledger = new Ledger(IDS, 4, audience, share, Succession.NONE, faults);

  private void init(String yaml, int index, int of) {
    profile = ProfileReader.read("test", yaml);
    arrivals = new Arrivals(profile.phases());
    audience = new Audience(profile.receivers(), 1);
    share = Share.of(profile.receivers(), index, of);
    ledger = new Ledger(IDS, arrivals.messages(), audience, share, Succession.NONE, faults);
  }

  /** As Accounts books it. */
  private void accepted(long message) {
    ledger.sent(message, 1);
    measures.offered.add(1);
    ledger.accepted(message, 2);
    measures.accepted.add(1);
  }

  private void shown(long message) {
    ledger.shown(audience.firstDevice(message), IDS.of(message));
  }

  private Report report(boolean audited) {
    URI uri = URI.create("http://127.0.0.1:1");
    Target target = RunSamples.target(uri, uri, null);
    RunOptions options =
        new RunOptions(
            "1.2",
            "text",
            Map.of("--seed", "1"),
            new Names("load"),
            1,
            1,
            List.of(),
            null,
            false,
            Duration.ZERO,
            1,
            Map.of(),
            audited,
            false);
    Audit.Rules rules = new Audit.Rules(profile.rules(), profile.sending(), true, 0);
    Audit audit =
        new Audit(IDS, arrivals.messages(), audience, share, ledger, rules, _ -> true, faults);
    Seconds seconds = new Seconds(arrivals, _ -> true, measures, () -> 0);
    seconds.take();
    return new Findings(
            profile,
            Judgement.of(profile, profile.rules()),
            target,
            options,
            arrivals,
            audience,
            share,
            ledger,
            faults,
            audited ? audit : null,
            measures,
            new Effort(),
            new Findings.DoorUse(256, 7, failure))
        .report(Instant.EPOCH, seconds, 2, 1, List.of());
  }

  private Report report() {
    return report(false);
  }

  private static Map<String, Long> counts(Report report) {
    Map<String, Long> counts = new java.util.TreeMap<>();
    report.violations().forEach((kind, violation) -> counts.put(kind, violation.count()));
    return counts;
  }

  @Test
  void whatIsAcceptedAndShownIsNoFault() {
    for (int n = 0; n < 4; n++) {
      accepted(n);
      shown(n);
    }
    Report report = report();

    assertThat(report.violations()).isEmpty();
    assertThat(report.verdict()).isEmpty();
    assertThat(report.totals().accepted()).isEqualTo(4);
    assertThat(report.totals().expected()).isEqualTo(4);
    assertThat(report.totals().shown()).isEqualTo(4);
    assertThat(report.totals().devices()).isEqualTo(2);
    assertThat(report.totals().pending()).isZero();
  }

  @Test
  void whatIsMissingIsLost() {
    accepted(0);
    accepted(1);
    accepted(2);
    shown(0);
    Report report = report();

    assertThat(counts(report)).isEqualTo(Map.of(Fault.LOST.word(), 2L));
    assertThat(report.violations().getOrDefault("lost", new Violation(0, List.of())).examples())
        .hasSize(2);
    assertThat(report.totals().pending()).isEqualTo(2);
  }

  @Test
  void whatMayGoByRightIsCountedAndNoLoss() {
    init(OLD, 0, 1);
    accepted(0);
    accepted(1);
    shown(0);
    Report report = report();

    assertThat(report.violations()).isEmpty();
    assertThat(report.totals().pending()).isEqualTo(1);
    assertThat(report.verdict())
        .singleElement()
        .asString()
        .isEqualTo(
            "1 accepted and not shown; whether by right cannot be told: they may have expired");
  }

  @Test
  void rulesThatPushesAreNotHeldAgainstAreSaid() {
    init("users: 2\npolicy: {caps: [{limit: 5, per: day}]}\nphases: [{burst: 4}]\n", 0, 1);
    accepted(0);
    shown(0);

    assertThat(report().verdict())
        .contains("the policy has caps, which pushes were not held against");
  }

  @Test
  void aRunThatProvesNothingFails() {
    assertThat(counts(report())).isEqualTo(Map.of(Fault.NONE_ACCEPTED.word(), 1L));
  }

  @Test
  void whyConnectionsFailedIsSaid() {
    failure = "no route";
    Report report = report();

    String said = "the last connection to ingest that failed: no route";
    assertThat(report.verdict()).containsExactly(said);
    assertThat(report.violations())
        .containsEntry(
            Fault.NONE_ACCEPTED.word(), new Violation(1, List.of("answers {}, " + said)));
  }

  @Test
  void acksThatWereNotTakenAreCountedByTheirAnswers() {
    accepted(0);
    shown(0);
    measures.ackFailures.add("503");
    measures.ackFailures.add("503");
    measures.ackFailures.add("no answer");

    assertThat(report().ackFailures()).isEqualTo(Map.of("503", 2L, "no answer", 1L));
    assertThat(report().violations()).isEmpty();
  }

  @Test
  void theGeneratorIsThatOfItsLatestLoop() {
    for (int tick = 0; tick < 100; tick++) {
      measures.loopDelay(0).add(1_000_000);
      measures.loopDelay(1).add(tick < 2 ? 300_000_000 : 0);
    }

    Generator generator = report().generators().getFirst();
    assertThat(generator.loopDelay().p99Us()).isBetween(299_000L, 301_000L);
    assertThat(generator.loopDelay().count()).isEqualTo(100);
    assertThat(generator.connections()).isEqualTo(256);
    assertThat(generator.connectionsInUse()).isEqualTo(7);
  }

  @Test
  void noneShownIsAFaultOfItsOwn() {
    init(OLD, 0, 1);
    accepted(0);

    assertThat(counts(report())).isEqualTo(Map.of(Fault.NONE_SHOWN.word(), 1L));
  }

  @Test
  void whoHandsNothingInAndIsToldOfNothingHasNoFault() {
    init("users: 2\nto: all\nphases: [{burst: 4}]\n", 1, 2);

    assertThat(report().violations()).isEmpty();
  }

  @Test
  void onlyWhatIsRefusedForGoodIsRefused() {
    accepted(0);
    shown(0);
    measures.refused.add(5);
    measures.refusedForGood.add(1);
    measures.unanswered.add(2);

    assertThat(report().totals().refused()).isEqualTo(1);
    assertThat(report().totals().failed()).isEqualTo(2);
  }

  @Test
  void messagesOfOthersAreSaid() {
    accepted(0);
    shown(0);
    ledger.shown(0, "other-1");

    assertThat(report().verdict()).containsExactly("1 messages of others were shown");
  }

  @Test
  void oneOfSeveralSaysWhichItIs() {
    init(FOUR, 1, 2);
    accepted(1);
    shown(1);
    ledger.shown(1, "other-1");

    assertThat(report().verdict())
        .containsExactly("generator 2 of 2: 1 messages of others were shown");
    assertThat(report().totals().devices()).isEqualTo(1);
  }

  @Test
  void anAuditIsPartOfIt() {
    accepted(0);
    shown(0);
    Report report = report(true);

    assertThat(report.verdict()).contains("outcomes: {}");
    assertThat(report.latencies()).containsKey(Latency.RELEASE_TO_PUSH);
    assertThat(report().latencies()).doesNotContainKey(Latency.RELEASE_TO_PUSH);
  }
}
