package io.tidegate.fanout.group;

import static io.tidegate.fanout.group.GroupScript.TO_ALL;
import static io.tidegate.fanout.group.GroupScript.TO_GROUP;
import static io.tidegate.fanout.group.GroupScript.live;
import static io.tidegate.fanout.group.GroupScript.message;
import static io.tidegate.fanout.group.GroupScript.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.store.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpansionsTest {
  private static final String LARGE = "\"" + "x".repeat(5_000) + "\"";

  private final GroupScript script = new GroupScript();

  @Test
  void smallGroupShouldBeReachedAtOnceAndOnlyItsMembers() {
    // Given
    script.join("a", "b");
    script.online("a", "b", "c");

    // When
    script.begin(TO_GROUP, message("m1"));

    // Then
    assertThat(script.sent).containsExactly("a:m1", "b:m1");
    assertThat(script.underWay()).isZero();
  }

  @Test
  void whoLeftShouldGetNothingAndWhoJoinedTwiceOnce() {
    // Given
    script.join("a", "b", "a");
    script.online("a", "b");
    script.leave("b");

    // When
    script.begin(TO_GROUP, message("m1"));

    // Then
    assertThat(script.sent).containsExactly("a:m1");
    assertThat(Groups.members(script.store, GroupScript.GROUP)).isEqualTo(1);
  }

  @Test
  void groupWithoutMembersShouldLeaveNothingBehind() {
    // Given
    script.join("a");
    script.leave("a");

    // When
    script.begin(TO_GROUP, message("m1", LARGE, Message.NEVER, 0));

    // Then
    assertThat(script.keys(Keys.shared(0))).isZero();
    assertThat(script.keys(Keys.group(GroupScript.GROUP))).isZero();
    assertThat(script.keys(Keys.member(GroupScript.GROUP, 0))).isZero();
  }

  @Test
  void sameIdShouldBeTakenUpOnce() {
    // Given
    script.join("a");

    // Then
    assertThat(script.begin(TO_GROUP, message("m1"))).isTrue();
    assertThat(script.begin(TO_GROUP, message("m1"))).isFalse();
    assertThat(script.begin(TO_ALL, message("m1"))).isTrue();
  }

  @Test
  void payloadShouldLieOnceUntilTheLastHasIt() {
    // Given
    script.join("a", "b", "c");
    script.begin(TO_GROUP, message("m1", LARGE, Message.NEVER, 0));

    // Then
    assertThat(script.keys(Keys.shared(0))).isEqualTo(1);
    for (String user : List.of("a", "b", "c")) {
      assertThat(script.keys(Keys.shared(0))).isEqualTo(1);
      script.online(user);
      assertThat(script.sent).endsWith(user + ":m1");
      script.ack(user, 1);
    }
    assertThat(script.keys(Keys.shared(0))).isZero();
    assertThat(script.keys(Keys.references(0))).isZero();
    assertThat(script.outcomes).extracting(Outcome::kind).containsOnly(Outcome.Kind.DELIVERED);
  }

  @Test
  void sharedMessageShouldExpireAndCollapseAsAnyOther() {
    // Given
    script.join("a", "b");
    script.begin(TO_GROUP, message("m1", LARGE, script.now + 1_000, script.now));

    // When
    script.now += 1_000;
    script.online("a", "b");

    // Then
    assertThat(script.sent).isEmpty();
    assertThat(script.outcomes).extracting(Outcome::kind).containsOnly(Outcome.Kind.EXPIRED);
    assertThat(script.keys(Keys.shared(0))).isZero();
  }

  @Test
  void largeGroupShouldBeReachedSliceBySliceWhoHasASessionFirst() {
    // Given
    String[] all = names(300);
    script.join(all);
    script.online("u299", "u7");

    // When
    script.begin(TO_GROUP, message("m1"));
    assertThat(script.sent).isEmpty();
    script.goOn(64);

    // Then
    assertThat(script.sent).containsExactlyInAnyOrder("u7:m1", "u299:m1");
    assertThat(script.underWay()).isEqualTo(1);

    // When
    script.goOnToTheEnd();
    script.online(
        Arrays.stream(all)
            .filter(it -> !List.of("u299", "u7").contains(it))
            .toArray(String[]::new));

    // Then
    assertThat(script.sent).hasSize(300).doesNotHaveDuplicates();
    assertThat(script.keys(Keys.shared(0))).isEqualTo(1);
    for (String each : all) {
      script.ack(each, 1);
    }
    assertThat(script.keys(Keys.shared(0))).isZero();
    assertThat(script.keys(Keys.expansion(0))).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {300, Expansions.FEW_MEMBERS, Expansions.FEW_MEMBERS + 1})
  void whoIsOnlineShouldBeFirstAndStrangersNotMeantHoweverManyMembersThereAre(int members) {
    // Given
    String[] all = names(members);
    script.join(all);
    script.online("u299", "stranger", "u7");

    // When
    script.begin(TO_GROUP, message("m1"));
    for (int i = 0; i < 3; i++) {
      script.goOn(64);
    }

    // Then
    assertThat(script.sent).containsExactlyInAnyOrder("u7:m1", "u299:m1");
    script.goOnToTheEnd();
    script.online("u8");
    assertThat(script.sent).containsExactlyInAnyOrder("u7:m1", "u299:m1", "u8:m1");
    assertThat(script.underWay()).isZero();
  }

  @Test
  void whoIsInNoGroupShouldBeLookedUpOnceForAllMessagesOfIt() {
    // Given
    script.join(names(300));
    for (int i = 0; i < 20; i++) {
      script.begin(TO_GROUP, message("m" + i));
    }

    // When
    int before = script.store.gets();
    script.bringUp("stranger");
    int withTwenty = script.store.gets() - before;
    script.goOnToTheEnd();
    before = script.store.gets();
    script.bringUp("stranger");
    int withNone = script.store.gets() - before;

    // Then
    assertThat(withTwenty).isEqualTo(1);
    assertThat(withNone).isZero();
  }

  @Test
  void whoJoinsWhileItIsUnderWayIsNotMeant() {
    // Given
    script.join(names(300));
    script.begin(TO_GROUP, message("m1"));
    script.goOn(64);

    // When
    script.join("late");
    script.leave("u290");
    script.join("u290");
    script.leave("u291");
    script.goOnToTheEnd();
    script.online("late", "u290", "u291", "u292");

    // Then
    assertThat(script.sent).containsExactly("u292:m1");
  }

  @Test
  void whatComesMeanwhileShouldGoBehindIt() {
    // Given
    script.join(names(300));
    script.begin(TO_GROUP, message("m1"));
    script.begin(TO_GROUP, message("m2"));

    // When
    script.direct("u200", message("m3"));
    script.online("u200", "u250");
    script.direct("u250", message("m4"));
    script.goOnToTheEnd();

    // Then
    assertThat(script.sent)
        .containsExactly("u200:m1", "u200:m2", "u200:m3", "u250:m1", "u250:m2", "u250:m4");
  }

  @Test
  void everyoneShouldBeWhoIsKnownAndOfTheTenant() {
    // Given
    script.online("a", "b");
    script.direct("c", message("m0"));
    script.join("d");

    // When
    script.begin(TO_ALL, message("m1"));
    script.goOnToTheEnd();
    script.online("c", "d");

    // Then
    assertThat(script.sent).containsExactly("a:m1", "b:m1", "c:m0", "c:m1");
  }

  @Test
  void whatIsForNowShouldGoToThoseWhoAreThereAndNobodyElse() {
    // Given
    script.join(names(300));
    script.online("u5", "u6", "stranger");

    // When
    script.begin(TO_GROUP, live("now", script.now));
    script.goOnToTheEnd();
    script.online("u7");

    // Then
    assertThat(script.sent).containsExactlyInAnyOrder("u5:now", "u6:now");
    assertThat(script.outcomes).hasSize(2);
    assertThat(script.keys(Keys.shared(0))).isZero();
  }

  @Test
  void whatIsForNowInASmallGroupShouldAlsoGoOnlyToThoseWhoAreThere() {
    // Given
    script.join("a", "b");
    script.online("a");

    // When
    script.begin(TO_GROUP, live("now", script.now));

    // Then
    assertThat(script.sent).containsExactly("a:now");
    assertThat(script.outcomes).hasSize(1);
  }

  @Test
  void faultWithOneUserShouldStopNoOther() {
    // Given
    script.join("a", "b", "c");
    script.online("a", "b", "c");
    script.faulty = user -> user.equals(user("b"));

    // When
    script.begin(TO_GROUP, message("m1", LARGE, Message.NEVER, 0));

    // Then
    assertThat(script.sent).containsExactly("a:m1", "c:m1");
    script.ack("a", 1);
    script.ack("c", 1);
    assertThat(script.keys(Keys.shared(0))).isZero();
  }

  @Test
  void smallGroupShouldNotWaitBehindALargeOne() {
    // Given
    script.join(names(1_000));
    script.begin(TO_GROUP, message("m1"));
    script.goOn(64);

    // When
    script.online("a");
    script.begin(TO_ALL, message("m2"));
    script.goOn(128);

    // Then
    assertThat(script.sent).contains("a:m2");
  }

  @Test
  void paceShouldSpreadTheUsersEvenly() {
    // Given
    GroupScript paced = new GroupScript(1, 4);
    paced.join(names(100));
    paced.online(names(100));
    paced.policy("{\"broadcast\":{\"rate\":40}}");

    // When: a quarter of 40 a second is ours
    long start = paced.now;
    paced.begin(TO_GROUP, message("m1"));
    Map<Long, Integer> bySecond = new HashMap<>();
    while (paced.underWay() > 0) {
      int before = paced.sent.size();
      paced.goOn(64);
      int more = paced.sent.size() - before;
      bySecond.merge((paced.now - start) / 1_000, more, Integer::sum);
      assertThat(more).as("at once").isLessThanOrEqualTo(2);
      paced.now = Math.max(paced.now + 10, paced.dueMillis());
    }

    // Then
    assertThat(paced.sent).hasSize(100).doesNotHaveDuplicates();
    assertThat(bySecond.values()).allSatisfy(users -> assertThat(users).isBetween(0, 11));
    assertThat(bySecond).hasSizeBetween(10, 11);
  }

  @Test
  void paceShouldNotMakeUpForALongStop() {
    // Given
    script.join(names(500));
    script.online(names(500));
    script.policy("{\"broadcast\":{\"rate\":10}}");
    script.begin(TO_GROUP, message("m1"));
    script.goOn(64);

    // When
    script.now += 60_000;
    script.restart();
    script.goOn(64);

    // Then
    assertThat(script.sent).hasSizeLessThanOrEqualTo(1 + 2);
  }

  /** Whatever happens in between, each member gets each message once, in one order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyMemberShouldGetEachMessageOnceInOneOrderWhateverHappens(long seed) {
    // Given
    Random random = new Random(seed);
    String[] all = names(150);
    script.join(all);
    List<String> ids = new ArrayList<>();
    boolean[] online = new boolean[all.length];

    // When
    for (int step = 0; step < 400; step++) {
      int who = random.nextInt(all.length);
      switch (random.nextInt(8)) {
        case 0 -> {
          if (ids.size() < 12) {
            String id = "m" + ids.size();
            ids.add(id);
            script.begin(
                TO_GROUP, message(id, random.nextBoolean() ? "{}" : LARGE, Message.NEVER, 0));
          }
        }
        case 1, 2 -> {
          if (!online[who]) {
            script.online(all[who]);
            online[who] = true;
          }
        }
        case 3 -> {
          if (online[who]) {
            script.offline(all[who]);
            online[who] = false;
          }
        }
        case 4 -> script.restart();
        case 5 -> {
          if (!ids.isEmpty()) {
            script.begin(TO_GROUP, message(ids.get(random.nextInt(ids.size())))); // a repetition
          }
        }
        default -> script.goOn(1 + random.nextInt(64));
      }
      script.now += random.nextInt(50);
    }
    script.goOnToTheEnd();
    for (int i = 0; i < all.length; i++) {
      if (!online[i]) {
        script.online(all[i]);
      }
    }

    // Then
    Map<String, List<String>> byUser = new HashMap<>();
    for (String each : script.sent) {
      String[] parts = each.split(":", 2);
      List<String> its = byUser.computeIfAbsent(parts[0], _ -> new ArrayList<>());
      if (!its.contains(parts[1])) { // what was not acked is sent again to a new session
        its.add(parts[1]);
      }
    }
    for (String each : all) {
      assertThat(byUser.getOrDefault(each, List.of())).as("seed %d: %s", seed, each).isEqualTo(ids);
      script.ack(each, ids.size());
    }
    assertThat(script.outcomes).hasSize(all.length * ids.size());
    assertThat(script.keys(Keys.shared(0))).isZero();
    assertThat(script.keys(Keys.references(0))).isZero();
  }

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "u" + i).toArray(String[]::new);
  }

  @Test
  void positionShouldBeKeptByWhoIsInAlready() {
    // Given
    script.join("a", "b");
    UserKey a = user("a");
    long position = Groups.position(script.store, GroupScript.GROUP, a);

    // When
    script.join("a");

    // Then
    assertThat(Groups.position(script.store, GroupScript.GROUP, a)).isEqualTo(position);
    assertThat(Groups.members(script.store, GroupScript.GROUP)).isEqualTo(2);
  }
}
