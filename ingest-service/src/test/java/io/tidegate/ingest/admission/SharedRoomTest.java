package io.tidegate.ingest.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedRoomTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  private final SharedRoom room = new SharedRoom(100, new Part(50));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void whoDoesNotWaitShouldPassNobodyThatDoes() throws Exception {
    // Given
    assertThat(room.tryEnter("a", room.ticket(), 40)).isTrue();
    long early = room.ticket();
    Future<Boolean> large = enter("a", 60);

    // When // Then
    assertThat(room.tryEnter("a", room.ticket(), 10)).isFalse();
    assertThat(room.tryEnter("a", early, 10)).isTrue();
    assertThat(room.tryEnter("b", room.ticket(), 51)).isTrue();
    assertThat(room.waits()).isEqualTo(1);

    // When
    room.leave("b", 51);
    room.leave("a", 50);

    // Then
    assertThat(large.get(10, TimeUnit.SECONDS)).isTrue();
    room.leave("a", 60);
    assertThatIllegalStateException().isThrownBy(() -> room.leave("a", 1));
  }

  /** Who waits until it is in, and is told so once in. */
  private Future<Boolean> enter(String tenant, long cost) {
    long before = room.waits();
    long ticket = room.ticket();
    Future<Boolean> entered = threads.submit(() -> room.enter(tenant, ticket, cost, LONG));
    await().until(() -> entered.isDone() || room.waits() > before);
    return entered;
  }

  @Test
  void tenantShouldHaveAsMuchAsIsFree() throws Exception {
    // When // Then
    assertThat(room.enter("a", room.ticket(), 50, 0)).isTrue();
    assertThat(room.enter("a", room.ticket(), 1, 0)).isFalse();
    assertThat(room.enter("b", room.ticket(), 25, 0)).isTrue();
    assertThat(room.enter("b", room.ticket(), 1, 0)).isFalse();

    // When
    room.leave("a", 50);

    // Then
    assertThat(room.enter("b", room.ticket(), 25, 0)).isTrue();
    assertThat(room.enter("b", room.ticket(), 1, 1_000)).isFalse();
  }

  @Test
  void whoHoldsNothingShouldNotWait() throws Exception {
    // Given: more than there is, of one
    assertThat(room.enter("a", room.ticket(), 120, 0)).isTrue();

    // When // Then
    assertThat(room.enter("b", room.ticket(), 70, 0)).isTrue();
    assertThat(room.enter("b", room.ticket(), 1, 0)).isFalse();
    assertThat(room.waits()).isEqualTo(1);
  }

  @Test
  void roomGivenBackShouldGoToWhoWaitsInTurn() throws Exception {
    // Given
    assertThat(room.enter("a", room.ticket(), 50, 0)).isTrue();
    Future<Boolean> large = enter("a", 30);
    Future<Boolean> small = enter("a", 1);

    // When: there is room for the second, but it is not its turn
    room.leave("a", 20);

    // Then
    assertThat(large.isDone()).isFalse();
    assertThat(small.isDone()).isFalse();

    // When
    room.leave("a", 20);

    // Then
    assertThat(large.get()).isTrue();
    assertThat(small.get()).isTrue();
  }

  @Test
  void tenantsThatWaitShouldComeInByTurns() throws Exception {
    // Given
    assertThat(room.enter("a", room.ticket(), 50, 0)).isTrue();
    assertThat(room.enter("b", room.ticket(), 25, 0)).isTrue();
    List<Future<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(enter("a", 20));
    }
    Future<Boolean> other = enter("b", 15);

    // When
    room.leave("a", 50);

    // Then: had a come in twice before b, there would not be enough for b
    assertThat(waiting.get(0).get()).isTrue();
    assertThat(other.get()).isTrue();
    assertThat(waiting.get(1).get()).isTrue();
    assertThat(waiting.get(2).isDone()).isFalse();
  }

  @Test
  void whatWasBegunShouldBeFinishedBeforeMoreIsBegun() throws Exception {
    // Given
    long early = room.ticket();
    assertThat(room.enter("a", early, 50, 0)).isTrue();
    Future<Boolean> late = enter("a", 10);
    long before = room.waits();
    Future<Boolean> more = threads.submit(() -> room.enter("a", early, 30, LONG));
    await().until(() -> room.waits() > before);

    // When: there is room for the later one
    room.leave("a", 15);

    // Then
    assertThat(late.isDone()).isFalse();

    // When
    room.leave("a", 15);

    // Then
    assertThat(more.get()).isTrue();
    assertThat(late.isDone()).isFalse();
    room.leave("a", 30);
    assertThat(late.get()).isTrue();
    assertThat(room.taken()).isEqualTo(30);
  }

  @Test
  void manyTenantsThatWaitShouldAllComeInAtLast() throws Exception {
    // Given: more of them than are looked at each time
    List<Future<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      assertThat(room.enter("t" + i, room.ticket(), 5, 0)).isTrue();
      waiting.add(enter("t" + i, 5));
    }

    // When: what the last one holds comes back, and nothing else
    room.leave("t99", 5);

    // Then
    assertThat(waiting.get(99).get(10, TimeUnit.SECONDS)).isTrue();

    // When
    for (int i = 0; i < 99; i++) {
      room.leave("t" + i, 5);
    }

    // Then
    for (int i = 0; i < 100; i++) {
      assertThat(waiting.get(i).get(10, TimeUnit.SECONDS)).isTrue();
      room.leave("t" + i, 5);
    }
    assertThat(room.tenants()).isZero();
    assertThat(room.taken()).isZero();
  }

  @Test
  void whoGivesUpShouldLetTheNextIn() throws Exception {
    // Given
    assertThat(room.enter("a", room.ticket(), 40, 0)).isTrue();
    Future<Boolean> large = enter("a", 60);
    Future<Boolean> small = enter("a", 10);

    // When
    large.cancel(true);

    // Then
    assertThat(small.get()).isTrue();
    room.leave("a", 40);
    room.leave("a", 10);
    assertThat(room.tenants()).isZero();
  }

  @Test
  void interruptionShouldTakeNothing() throws Exception {
    // Given
    assertThat(room.enter("a", room.ticket(), 50, 0)).isTrue();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    Future<Boolean> waits =
        threads.submit(
            () -> {
              thread.complete(Thread.currentThread());
              return room.enter("a", room.ticket(), 1, LONG);
            });
    await().until(() -> room.waits() == 1);

    // When
    thread.get().interrupt();

    // Then
    assertThatThrownBy(waits::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    room.leave("a", 50);
    assertThat(room.tenants()).isZero();
  }

  @Test
  void moreThanWasTakenShouldNotBeGivenBack() throws Exception {
    // Given
    assertThat(room.enter("a", room.ticket(), 5, 0)).isTrue();

    // When // Then
    assertThatIllegalStateException().isThrownBy(() -> room.leave("a", 6));
    assertThatIllegalStateException().isThrownBy(() -> room.leave("b", 1));
  }

  @Test
  void unsharedRoomShouldLetAllIn() throws Exception {
    // When // Then
    assertThat(SharedRoom.UNSHARED.enter("a", 0, Long.MAX_VALUE, 0)).isTrue();
    assertThat(SharedRoom.UNSHARED.enter("a", 0, Long.MAX_VALUE, 0)).isTrue();
    SharedRoom.UNSHARED.leave("a", Long.MAX_VALUE);
    assertThat(SharedRoom.UNSHARED.tenants()).isZero();
  }

  /** Many threads of a few tenants come, wait, give up and leave, and nobody is forgotten. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nobodyShouldBeLeftWaitingWhereThereIsRoom(long seed) throws Exception {
    // Given
    SharedRoom small = new SharedRoom(40, new Part(50));
    int workers = 24;
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(workers);

    // When
    for (int worker = 0; worker < workers; worker++) {
      String tenant = "t" + worker % 3;
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom").create(seed * workers + worker);
      threads.execute(
          () -> {
            try {
              for (int i = 0; i < 500; i++) {
                int cost = 1 + random.nextInt(15);
                boolean patient = random.nextInt(10) > 0;
                if (small.enter(
                    tenant, small.ticket(), cost, patient ? LONG : random.nextInt(50_000))) {
                  most.accumulateAndGet(held.addAndGet(cost), Math::max);
                  LockSupport.parkNanos(random.nextInt(20_000));
                  held.addAndGet(-cost);
                  small.leave(tenant, cost);
                } else if (patient) {
                  throw new AssertionError("forgotten");
                }
              }
            } catch (InterruptedException | RuntimeException | Error e) {
              failures.add(e);
            } finally {
              done.countDown();
            }
          });
    }

    // Then: beyond all there is only what each of the three had that held nothing
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).isEmpty();
    assertThat(most.get()).isBetween(20L, 40L + 3 * 15);
    assertThat(small.tenants()).isZero();
  }
}
