package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeflateOfferTest {
  private static final String AGREED =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          permessage-deflate | plain
          permessage-deflate; client_max_window_bits | plain
          permessage-deflate; client_max_window_bits=8 | plain
          permessage-deflate; server_no_context_takeover; client_no_context_takeover | plain
          permessage-deflate; server_max_window_bits=15 | with window
          permessage-deflate; server_max_window_bits=10 | none
          permessage-deflate; server_max_window_bits | none
          permessage-deflate; client_max_window_bits=16 | none
          permessage-deflate; client_max_window_bits=7 | none
          permessage-deflate; server_no_context_takeover=1 | none
          permessage-deflate; more | none
          permessage-deflate; client_max_window_bits; client_max_window_bits | none
          permessage-deflate ; client_max_window_bits="12" | plain
          permessage-deflate; client_max_window_bits= | plain
          permessage-deflate; | none
          permessage-deflate; server_max_window_bits=10, permessage-deflate | plain
          x-webkit-deflate-frame | none
          bbf-usp-protocol, permessage-deflate | plain
          '' | none
          ;;,;= | none
          """)
  void offerShouldBeTakenOrNot(String header, String answer) {
    // When
    String accepted = DeflateOffer.accept(List.of(header));

    // Then
    switch (answer) {
      case "plain" -> assertThat(accepted).isEqualTo(AGREED);
      case "with window" -> assertThat(accepted).isEqualTo(AGREED + "; server_max_window_bits=15");
      default -> assertThat(accepted).isNull();
    }
  }
}
