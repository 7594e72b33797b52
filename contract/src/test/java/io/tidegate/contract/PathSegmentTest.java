package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathSegmentTest {
  @ParameterizedTest
  @ValueSource(strings = {"alice", "a/b", "a b+c", "é%", ".", "..", "...", "a.b", "?#;"})
  void aNameShouldComeBackFromAPathWhateverIsInIt(String name) {
    URI uri = URI.create("http://host/v1/" + PathSegment.encode(name) + "/end").normalize();

    assertThat(uri.getPath()).isEqualTo("/v1/" + name + "/end");
    assertThat(uri.getRawPath().split("/")).hasSize(4);
  }
}
