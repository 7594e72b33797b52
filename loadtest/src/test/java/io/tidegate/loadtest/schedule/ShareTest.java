package io.tidegate.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Receivers.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ShareTest {
  private static final int MESSAGES = 2_000;

  static List<Receivers> receivers() {
    return List.of(
        new Receivers(Kind.USER, 10, 1, 1, 10, 0),
        new Receivers(Kind.USER, 1_000, 3, 1, 1_000, 1.1),
        new Receivers(Kind.GROUP, 101, 2, 7, 10, 0),
        new Receivers(Kind.GROUP, 50, 1, 1, 50, 0),
        new Receivers(Kind.ALL, 77, 2, 1, 77, 0));
  }

  private static List<Share> shares(Receivers receivers, int of) {
    return IntStream.range(0, of).mapToObj(index -> Share.of(receivers, index, of)).toList();
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void sharesFollowEachOtherAndAreAll(Receivers receivers) {
    for (int of = 1; of <= 10; of++) {
      int next = 0;
      for (Share share : shares(receivers, of)) {
        assertThat(share.first()).isEqualTo(next);
        assertThat(share.devices()).isPositive();
        assertThat(share.first() % receivers.devices()).isZero();
        next = share.end();
      }
      assertThat(next).isEqualTo(receivers.allDevices());
    }
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void eachMessageIsHandedInByOneAndReceivedByAllItIsFor(Receivers receivers) {
    Audience audience = new Audience(receivers, 5);
    List<Share> shares = shares(receivers, 7);
    for (long message = 0; message < MESSAGES; message++) {
      long n = message;
      assertThat(shares.stream().filter(share -> share.handsIn(audience, n))).hasSize(1);
      List<Integer> receiversOf = new ArrayList<>();
      for (Share share : shares) {
        assertThat(share.isFor(audience, n))
            .isEqualTo(share.firstReceiver(audience, n) < share.endReceiver(audience, n));
        IntStream.range(share.firstReceiver(audience, n), share.endReceiver(audience, n))
            .forEach(receiversOf::add);
      }
      assertThat(receiversOf).isEqualTo(IntStream.range(0, audience.perMessage()).boxed().toList());
    }
  }

  @Test
  void allHaveAsMuchToDoAtAnyTime() {
    Receivers users = new Receivers(Kind.USER, 2_000, 1, 1, 2_000, 0);
    Audience audience = new Audience(users, 1);
    for (Share share : shares(users, 4)) {
      for (int from = 0; from < MESSAGES; from += 100) {
        assertThat(
                LongStream.range(from, from + 100).filter(n -> share.handsIn(audience, n)).count())
            .isBetween(23L, 27L);
      }
    }
  }

  @Test
  void messagesToUsersAreNeverSpread() {
    Receivers users = receivers().get(1);
    Audience audience = new Audience(users, 5);
    for (Share share : shares(users, 7)) {
      assertThat(
              LongStream.range(0, MESSAGES)
                  .filter(n -> share.handsIn(audience, n) && share.isSpread(audience, n)))
          .isEmpty();
    }
  }

  @Test
  void groupsStayTogetherWhereEachCanHaveOne() {
    Receivers groups = receivers().get(2);
    Audience audience = new Audience(groups, 1);
    for (Share share : shares(groups, 7)) {
      assertThat(
              LongStream.range(0, MESSAGES)
                  .filter(n -> share.handsIn(audience, n) && share.isSpread(audience, n)))
          .isEmpty();
    }
    assertThat(shares(groups, 7).get(6).end()).isEqualTo(202);
  }

  @Test
  void oneGroupOfAllIsSpread() {
    Receivers group = receivers().get(3);
    Audience audience = new Audience(group, 1);
    List<Share> shares = shares(group, 2);

    assertThat(shares.get(0).handsIn(audience, 3)).isTrue();
    assertThat(shares.get(1).handsIn(audience, 3)).isFalse();
    assertThat(shares.get(1).isFor(audience, 3)).isTrue();
    assertThat(shares.get(0).isSpread(audience, 3)).isTrue();
    assertThat(shares.get(1).isSpread(audience, 3)).isTrue();
  }

  @Test
  void asManyAreNeededAsTheDevicesTake() {
    Receivers users = new Receivers(Kind.USER, 10, 3, 1, 10, 0);

    assertThat(Share.needed(users, 30)).isEqualTo(1);
    assertThat(Share.needed(users, 29)).isEqualTo(2);
    assertThat(Share.needed(users, 15)).isEqualTo(2);
    // Of three, one has four users.
    assertThat(Share.needed(users, 12)).isEqualTo(3);
    assertThat(Share.needed(users, 11)).isEqualTo(4);
    assertThat(Share.needed(users, 3)).isEqualTo(10);
    assertThatIllegalArgumentException().isThrownBy(() -> Share.needed(users, 2));
    Receivers many = new Receivers(Kind.USER, 65_000, 1, 1, 1, 0);
    assertThat(Share.needed(many, 1_016)).isEqualTo(64);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Share.needed(many, 1_015))
        .withMessageContaining("more than 64 processes");
  }

  @Test
  void whatIsNoShareIsRefused() {
    Receivers users = receivers().getFirst();

    assertThatIllegalArgumentException().isThrownBy(() -> Share.of(users, -1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Share.of(users, 2, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Share.of(users, 0, 11));
  }
}
