package io.tidegate.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
  @Test
  void idShouldBeThatOfRfc9562() {
    // When
    UUID id = MessageIds.uuid7(0x017F22E279B0L, 0xCC3, 0x18C4DC0C0C07398FL);

    // Then
    assertThat(id).hasToString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void tooManyRandomBitsShouldNotSpoilTheRest() {
    // When
    UUID id = MessageIds.uuid7(1, -1, -1);

    // Then
    assertThat(id).hasToString("00000000-0001-7fff-bfff-ffffffffffff");
  }
}
