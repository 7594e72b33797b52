package io.tidegate.delivery.slot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeersTest {
  private final Peers peers = new Peers(10);

  @Test
  void fewestShouldBeOfThoseThatAreThere() {
    // Given
    peers.saw("1", 500, 0);
    peers.saw("2", 300, 5);
    assertThat(peers.fewest(5)).isEqualTo(300);

    // When // Then: what was said last counts
    peers.saw("2", 700, 6);
    assertThat(peers.fewest(6)).isEqualTo(500);

    // When // Then: the first was silent for too long
    assertThat(peers.fewest(10)).isEqualTo(700);

    // When // Then: who drains takes no more
    peers.left("2");
    assertThat(peers.fewest(10)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void numberOfThemShouldBeBounded() {
    // Given
    for (int slot = 0; slot < 5_000; slot++) {
      peers.saw(Integer.toString(slot), 5_000 - slot, 0);
    }

    // When // Then: the last ones were not taken
    assertThat(peers.fewest(0)).isEqualTo(5_000 - 4_095);

    // When: one that is known speaks
    peers.saw("0", 1, 0);

    // Then
    assertThat(peers.fewest(0)).isEqualTo(1);
  }
}
