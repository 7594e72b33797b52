package io.tidegate.delivery.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names that are never answered, and names that are. */
final class LookupsTest {
  private final CountDownLatch answer = new CountDownLatch(1);
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Lookups<String> lookups = new Lookups<>(this::look);

  private String look(String host) {
    begun.add(host);
    if (host.startsWith("slow")) {
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return host;
  }

  @AfterEach
  void close() {
    answer.countDown();
    lookups.close();
  }

  @Test
  void nameShouldBeLookedUpOnceForAllWhoWaitForIt() {
    for (int i = 0; i < 10; i++) {
      var _ = lookups.find("t", "slow", told::add);
    }
    await().until(() -> begun.size() == 1);
    answer.countDown();
    await().until(() -> told.size() == 10);
    assertThat(begun).hasSize(1);
  }

  @Test
  void tenantWhoseNamesAreNeverAnsweredShouldCostAnotherNothing() {
    for (int i = 0; i < 1_000; i++) {
      var _ = lookups.find("bad", "slow" + i, told::add);
    }
    await().until(() -> begun.size() == Lookups.MOST_OF_ONE);
    var _ = lookups.find("good", "fast", told::add);
    await().until(() -> told.contains("fast"));
    assertThat(begun).hasSize(Lookups.MOST_OF_ONE + 1);
  }

  @Test
  void nameThatNobodyWaitsForAnyMoreShouldNotBeLookedUp() {
    // Given
    List<Lookups<String>.Asked> asked = new ArrayList<>();
    for (int i = 0; i < Lookups.MOST_OF_ONE + 10; i++) {
      asked.add(lookups.find("t", "slow" + i, told::add));
    }
    await().until(() -> begun.size() == Lookups.MOST_OF_ONE);

    // When
    for (int i = 0; i < asked.size(); i++) {
      assertThat(asked.get(i).cancel()).as("had not begun").isEqualTo(i >= Lookups.MOST_OF_ONE);
    }
    var _ = lookups.find("t", "last", told::add);
    answer.countDown();

    // Then
    await().until(() -> told.contains("last"));
    assertThat(begun).hasSize(Lookups.MOST_OF_ONE + 1);
    assertThat(told).containsExactly("last");
  }
}
