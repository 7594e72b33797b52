package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import tools.jackson.core.util.BufferRecycler;

class JsonBuffersTest {
  private final JsonBuffers buffers = new JsonBuffers();

  @Test
  void whatWasBroughtBackIsTakenAgain() {
    BufferRecycler first = buffers.acquirePooled();
    buffers.releasePooled(first);
    assertThat(buffers.pooledCount()).isEqualTo(1);
    assertThat(buffers.acquirePooled()).isSameAs(first);
    assertThat(buffers.pooledCount()).isZero();
  }

  @Test
  void oneThreadMayHoldTwoAndBothAreKept() {
    BufferRecycler outer = buffers.acquirePooled();
    BufferRecycler inner = buffers.acquirePooled();
    assertThat(inner).isNotSameAs(outer);
    buffers.releasePooled(inner);
    buffers.releasePooled(outer);
    assertThat(List.of(buffers.acquirePooled(), buffers.acquirePooled()))
        .containsExactlyInAnyOrder(inner, outer);
  }

  @Test
  void moreThanThereIsRoomForAreLetGo() throws InterruptedException {
    for (int thread = 0; thread < 4 * JsonBuffers.PLACES; thread++) {
      Thread.ofVirtual().start(this::bringThree).join();
    }
    assertThat(buffers.pooledCount()).isEqualTo(JsonBuffers.PLACES);
    assertThat(buffers.clear()).isTrue();
    assertThat(buffers.pooledCount()).isZero();
  }

  private void bringThree() {
    List<BufferRecycler> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(buffers.acquirePooled());
    }
    all.forEach(buffers::releasePooled);
  }

  /** Two that write into one buffer would mix two customers' messages. */
  @Test
  void noTwoThreadsHaveTheSame() throws InterruptedException {
    Set<BufferRecycler> held = Collections.newSetFromMap(new ConcurrentHashMap<>());
    AtomicBoolean shared = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 3 * JsonBuffers.PLACES; thread++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 2_000; i++) {
                      BufferRecycler mine = buffers.acquirePooled();
                      if (!held.add(mine)) {
                        shared.set(true);
                      }
                      held.remove(mine);
                      buffers.releasePooled(mine);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shared).isFalse();
    assertThat(buffers.pooledCount()).isBetween(1, JsonBuffers.PLACES);
  }
}
