package io.tidegate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoFeedTest {
  private static final Instant T0 = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void anEventShouldGoToThoseWhoWereActiveInItsAreasBefore() {
    // Given
    Followers followers = new Followers(Set.of("ann", "bob", "eve"));
    followers.tell(event("1", "ann", "core"));
    followers.tell(event("2", "bob", "docs"));
    followers.tell(event("3", "mallory", "core"));

    // When
    List<String> told = followers.tell(event("4", "eve", "core", "docs"));

    // Then
    assertThat(told).containsExactly("ann", "bob");
    assertThat(followers.tell(event("5", "ann", "docs"))).containsExactly("bob", "eve");
  }

  @Test
  void theBusiestShouldBeThoseWithTheMostEvents() {
    // Given
    List<FeedEvent> events =
        List.of(event("1", "a", "x"), event("2", "b", "x"), event("3", "b", "x"));

    // When
    Set<String> busiest = Followers.busiest(events, 1);

    // Then
    assertThat(busiest).containsExactly("b");
  }

  @Test
  void gitLogShouldGiveOneEventPerCommitWithItsTopLevelAreas() throws FeedException {
    // Given
    List<String> log =
        List.of(
            "\u0001abc\t2020-01-01T00:00:00+02:00\tAnn Ä",
            "",
            "docs/a.md",
            "docs/b.md",
            "pom.xml",
            "\u0001def\t2020-01-02T00:00:00Z\tBob",
            "",
            "core/x.java");

    // When
    List<FeedEvent> events = GitFeed.parse(log);

    // Then
    assertThat(events)
        .containsExactly(
            new FeedEvent(
                "abc", Instant.parse("2019-12-31T22:00:00Z"), "Ann Ä", List.of("docs", "root"), 3),
            new FeedEvent("def", Instant.parse("2020-01-02T00:00:00Z"), "Bob", List.of("core"), 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                                             | not JSON
          {"time":"2020-01-01T00:00:00Z","who":"w","areas":["a"],"files":1}          | id: missing
          {"id":"i","time":"yesterday","who":"w","areas":["a"],"files":1}            | time: want an RFC 3339 time
          {"id":"i","time":"2020-01-01T00:00:00Z","who":"w","areas":[],"files":1}    | areas: want at least one
          {"id":"i","time":"2020-01-01T00:00:00Z","who":7,"areas":["a"],"files":1}   | who: want a string
          """)
  void aBadLineShouldBeNamedWithItsFieldAndReason(String line, String reason) throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("feed"), "\n" + line + "\n");

    // When / Then
    assertThatThrownBy(() -> FileFeed.read(file))
        .isInstanceOf(FeedException.class)
        .hasMessageContaining("feed:2: ")
        .hasMessageContaining(reason);
  }

  @Test
  void aPaceOverALengthShouldEndWithIt() {
    // Given
    Instant last = T0.plus(Duration.ofDays(4000));

    // When
    Pace pace = Pace.over(T0, last, Duration.ofSeconds(20));

    // Then
    assertThat(pace.dueNanos(T0)).isZero();
    assertThat(pace.dueNanos(last)).isCloseTo(20_000_000_000L, within(1_000_000));
    assertThat(pace.dueNanos(T0.minusSeconds(1))).isZero();
  }

  @Test
  void anAccountShouldBalanceOnlyWhenEverythingIsThere() {
    // Given
    Account account = new Account();
    account.offered.add(3);
    account.accepted.add(2);
    account.refused.add(1);
    account.ended(Outcome.Kind.DELIVERED);

    // When / Then
    assertThat(account.isBalanced(1)).isTrue();
    assertThat(account.isBalanced(0)).isFalse();
    account.ended(Outcome.Kind.EXPIRED);
    assertThat(account.isBalanced(0)).isTrue();
  }

  private static org.assertj.core.data.Offset<Long> within(long nanos) {
    return org.assertj.core.data.Offset.offset(nanos);
  }

  private static FeedEvent event(String id, String who, String... areas) {
    return new FeedEvent(id, T0, who, List.of(areas), 1);
  }
}
