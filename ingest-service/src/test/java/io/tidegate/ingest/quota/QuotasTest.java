package io.tidegate.ingest.quota;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.rate.Rate;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotasTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Clocks of this kind may show anything at first. */
  private long now = -123_456_789_000L;

  private Quotas quotas(Allowance tenant, Allowance key, int most) {
    return new Quotas(tenant, key, Part.ALL, Quotas.Own.NOTHING, most, () -> now);
  }

  private static Allowance rate(String text) {
    return new Allowance(Rate.parse(text), Quota.NO_LIMIT);
  }

  private static boolean takes(Quotas quotas, String tenant, @Nullable String key) {
    try (Lease lease = requireNonNull(quotas.enter(tenant, key))) {
      return lease.take() == null;
    }
  }

  /** All that was taken is written down, and counted for every stretch of time that ends now. */
  private record Naive(long limit, long burst, List<Long> taken) {
    boolean hasRoom(long now) {
      for (int i = 0; i < taken.size(); i++) {
        long inside = taken.size() - i + 1L;
        if ((inside - burst) * Math.ceilDiv(SECOND, limit) > now - taken.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsLetThroughShouldBeWhatTwoNaiveCountsHaveRoomFor(long seed) {
    // Given
    RandomGenerator random = new SplittableRandom(seed);
    Quotas quotas = quotas(rate("20/1s/8"), rate("9/1s/5"), 8);
    Map<String, Naive> counts = new HashMap<>();

    for (int step = 0; step < 4_000; step++) {
      now += random.nextInt(5) == 0 ? random.nextLong(SECOND / 3) : random.nextLong(SECOND / 100);
      String tenant = "t" + random.nextInt(2);
      String key = tenant + "k" + random.nextInt(3);
      Naive ofTenant = counts.computeIfAbsent(tenant, _ -> new Naive(20, 8, new ArrayList<>()));
      Naive ofKey = counts.computeIfAbsent(key, _ -> new Naive(9, 5, new ArrayList<>()));

      // When
      boolean taken = takes(quotas, tenant, key);

      // Then
      boolean room = ofTenant.hasRoom(now) && ofKey.hasRoom(now);
      assertThat(taken).as("seed %d, step %d, %s", seed, step, key).isEqualTo(room);
      if (taken) {
        ofTenant.taken().add(now);
        ofKey.taken().add(now);
      }
    }
  }

  @Test
  void waitThatIsToldShouldBeExactAndForAllThatWereRefused() {
    // Given
    Quotas quotas = quotas(rate("10/1s/3"), Allowance.NONE, 10);
    Lease lease = requireNonNull(quotas.enter("acme", null));
    for (int i = 0; i < 3; i++) {
      assertThat(lease.take()).isNull();
    }

    // When
    Excess first = requireNonNull(lease.take());
    Excess second = requireNonNull(lease.take());

    // Then
    assertThat(first).isEqualTo(new Excess(Limited.TENANT_RATE, "10/1s/3", SECOND / 10, false));
    assertThat(second.waitNanos()).isEqualTo(SECOND / 5);

    // When
    now += second.waitNanos();

    // Then
    assertThat(lease.take()).isNull();
    assertThat(lease.take()).isNull();
    assertThat(lease.take()).isNotNull();
  }

  /** If all were told the same, all but one of them would be refused again. */
  @Test
  void whoIsRefusedLaterShouldBeToldALaterTime() {
    // Given
    Quotas quotas = quotas(rate("10/1s"), Allowance.NONE, 10);
    for (int i = 0; i < 10; i++) {
      assertThat(takes(quotas, "acme", "a")).isTrue();
    }

    // When
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      try (Lease lease = requireNonNull(quotas.enter("acme", "a"))) {
        waits.add(requireNonNull(lease.check()).waitNanos());
      }
    }

    // Then
    assertThat(waits.getFirst()).isEqualTo(SECOND / 10);
    assertThat(waits.get(99)).isEqualTo(10 * SECOND);
    assertThat(waits.getLast()).isEqualTo(SECOND / 10 + 30 * SECOND);

    // When: the first 100 come at their time, and another after them
    long start = now;
    for (long wait : waits.subList(0, 100)) {
      now = start + wait;
      assertThat(takes(quotas, "acme", "a")).isTrue();
    }
    now += 25 * SECOND;

    // Then: what was promised and not fetched is no longer in the way
    assertThat(takes(quotas, "acme", "a")).isTrue();
  }

  @Test
  void tenantsAndKeysShouldBeForgottenOnceTheyAreAsGoodAsNew() {
    // Given
    Quotas quotas = quotas(rate("1/1s"), rate("1/1s"), 4);
    assertThat(takes(quotas, "a", "a1")).isTrue();
    assertThat(takes(quotas, "b", "b1")).isTrue();
    assertThat(quotas.size()).isEqualTo(4);

    // When // Then: nobody is let in uncounted
    assertThat(quotas.enter("c", "c1")).isNull();
    assertThat(quotas.enter("a", "a2")).isNull();
    assertThat(takes(quotas, "a", "a1")).isFalse();

    // When
    now += SECOND;

    // Then
    assertThat(takes(quotas, "c", "c1")).isTrue();
    assertThat(quotas.size()).isEqualTo(2);
    assertThat(takes(quotas, "c", "c1")).isFalse();
  }

  @Test
  void whoHasNoQuotaShouldHaveNoAccount() {
    // Given
    Quotas quotas = quotas(Allowance.NONE, Allowance.NONE, 0);

    // When // Then
    assertThat(takes(quotas, "a", "a1")).isTrue();
    assertThat(quotas.size()).isZero();
    try (Lease lease = requireNonNull(quotas.enter("a", null))) {
      assertThat(lease.grow(Long.MAX_VALUE / 2, 1)).isTrue();
      assertThat(lease.standings()).isEmpty();
    }
  }

  @Test
  void bytesShouldBeGivenBackWithThePermit() {
    // Given
    Admission admission = new Admission(10, 1_000_000);
    Quotas quotas =
        quotas(new Allowance(Rate.NONE, 200_000), new Allowance(Rate.NONE, 100_000), 10);
    Lease one = requireNonNull(quotas.enter("acme", "k1"));
    Lease two = requireNonNull(quotas.enter("acme", "k2"));
    Lease three = requireNonNull(quotas.enter("acme", "k3"));
    Admission.Permit first = requireNonNull(admission.enter(one));
    Admission.Permit second = requireNonNull(admission.enter(two));
    Admission.Permit third = requireNonNull(admission.enter(three));

    // When // Then
    assertThat(first.grow(100_001)).isFalse();
    assertThat(one.last()).isEqualTo(new Excess(Limited.KEY_BYTES, "100000", 0, true));
    assertThat(first.grow(100_000)).isTrue();
    assertThat(second.grow(90_000)).isTrue();
    assertThat(third.grow(10_001)).isFalse();
    assertThat(three.last()).isEqualTo(new Excess(Limited.TENANT_BYTES, "200000", 0, false));
    assertThat(admission.bytes()).isEqualTo(190_000);

    // When
    first.shrink(1);

    // Then
    assertThat(third.grow(10_001)).isTrue();
    assertThat(three.last()).isNull();

    // When
    for (Admission.Permit permit : List.of(first, second, third)) {
      permit.close();
    }
    for (Lease lease : List.of(one, two, three)) {
      lease.close();
    }

    // Then
    assertThat(quotas.size()).isZero();
    assertThat(admission.bytes()).isZero();
  }

  @Test
  void bytesThatTheInstanceHasNoRoomForShouldNotStayWithTheTenant() {
    // Given
    Admission admission = new Admission(10, 1_000);
    Quotas quotas = quotas(new Allowance(Rate.NONE, 100_000), Allowance.NONE, 10);
    Lease lease = requireNonNull(quotas.enter("acme", null));
    Admission.Permit permit = requireNonNull(admission.enter(lease));

    // When
    boolean grown = permit.grow(90_000);

    // Then: neither is it the tenant's fault
    assertThat(grown).isFalse();
    assertThat(lease.last()).isNull();
    assertThat(lease.grow(100_000, 1)).isTrue();
  }

  private Quotas sharing(int percent) {
    return new Quotas(
        Allowance.NONE, Allowance.NONE, new Part(percent), Quotas.Own.NOTHING, 100, () -> now);
  }

  @Test
  void tenantShouldLeaveRequestsToOthers() {
    // Given
    Admission admission = new Admission(8, 1_000);
    Quotas quotas = sharing(50);
    List<Lease> leases = new ArrayList<>();
    List<Admission.Permit> permits = new ArrayList<>();

    // When: with several keys it has no more
    for (int i = 0; i < 5; i++) {
      Lease lease = requireNonNull(quotas.enter("acme", "k" + i));
      Admission.Permit permit = admission.enter(lease);
      leases.add(lease);
      if (permit != null) {
        permits.add(permit);
      }
    }

    // Then
    assertThat(permits).hasSize(4);
    assertThat(leases.getLast().last())
        .isEqualTo(new Excess(Limited.SHARE_OF_REQUESTS, "50 %", 0, false));

    // When: others come
    for (String tenant : List.of("b", "b", "c", "d")) {
      Lease lease = requireNonNull(quotas.enter(tenant, null));
      permits.add(requireNonNull(admission.enter(lease)));
      leases.add(lease);
    }

    // Then: there is nothing left for anyone, and that is nobody's fault
    Lease late = requireNonNull(quotas.enter("acme", null));
    assertThat(admission.enter(late)).isNull();
    assertThat(late.last()).isNull();

    // When: all but one give back what they hold
    permits.forEach(Admission.Permit::close);
    leases.forEach(Lease::close);

    // Then: the same has its share again
    List<Admission.Permit> again = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      again.add(requireNonNull(admission.enter(late)));
    }
    assertThat(admission.enter(late)).isNull();

    // When
    again.forEach(Admission.Permit::close);
    late.close();

    // Then
    assertThat(quotas.size()).isZero();
    assertThat(admission.requests()).isZero();
  }

  @Test
  void tenantShouldLeaveBytesToOthers() {
    // Given
    Admission admission = new Admission(8, 1_000);
    Quotas quotas = sharing(50);
    Lease lease = requireNonNull(quotas.enter("acme", null));
    Admission.Permit permit = requireNonNull(admission.enter(lease));

    // When // Then
    assertThat(permit.grow(300)).isTrue();
    assertThat(permit.grow(401)).isFalse();
    assertThat(lease.last()).isEqualTo(new Excess(Limited.SHARE_OF_BYTES, "50 %", 0, false));
    assertThat(permit.grow(200)).isTrue();
    assertThat(permit.grow(1)).isFalse();
    Lease ofRival = requireNonNull(quotas.enter("rival", null));
    assertThat(requireNonNull(admission.enter(ofRival)).grow(500)).isTrue();
    permit.shrink(200);
    assertThat(permit.held()).isEqualTo(300);
    assertThat(permit.grow(1)).isFalse();
    permit.shrink(300);
    assertThat(permit.grow(1)).isTrue();
  }

  @Test
  void tenantShouldLeaveStreamsToOthersAndGiveThemBack() {
    // Given
    Quotas quotas = sharing(50);
    Lease one = requireNonNull(quotas.enter("acme", null));
    Lease two = requireNonNull(quotas.enter("acme", null));
    Lease three = requireNonNull(quotas.enter("acme", null));

    // When // Then
    assertThat(one.takeStream(4)).isNull();
    assertThat(two.takeStream(3)).isNull();
    assertThat(three.takeStream(2)).isNotNull();
    assertThat(three.takeStream(0)).isNull();
    three.close();
    one.close();
    Lease four = requireNonNull(quotas.enter("acme", null));
    assertThat(four.takeStream(3)).isNull();
  }

  @Test
  void manyThreadsShouldTakeABurstAndNotOneMore() throws Exception {
    // Given
    Quotas quotas = quotas(rate("1000/1d"), rate("300/1d"), 100);
    Callable<Integer> taking =
        () -> {
          int taken = 0;
          for (int i = 0; i < 500; i++) {
            taken += takes(quotas, "acme", "k" + i % 5) ? 1 : 0;
          }
          return taken;
        };

    // When
    int taken = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> each : threads.invokeAll(java.util.Collections.nCopies(8, taking))) {
        taken += each.get();
      }
    }

    // Then
    assertThat(taken).isEqualTo(1000);
    assertThat(quotas.size()).isEqualTo(6);
  }
}
