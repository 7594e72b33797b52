package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

  @Test
  void topicsShouldBeginWithThePrefix() {
    assertThat(Topics.DEFAULT.messages()).isEqualTo("tidegate.messages");
    assertThat(new Topics("eu.prod").deadLetters()).isEqualTo("eu.prod.dead-letters");
  }

  @Test
  void longestPrefixShouldGiveTopicsThatKafkaTakes() {
    // Given
    Topics topics = new Topics("p".repeat(200));

    // When // Then
    Topic.validate(topics.deadLetters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "ä", "a\n"})
  void illegalPrefixShouldBeRefused(String prefix) {
    assertThatThrownBy(() -> new Topics(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("topic prefix: want 1 to 200 of [a-zA-Z0-9._-], got ");
  }
}
