package io.tidegate.ingest.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PageTest {
  private static String page(String contract) {
    return new String(Page.render(JsonMapper.shared().readTree(contract)).html(), UTF_8);
  }

  @Test
  void whatTheContractSaysShouldBeTextWhereverItStands() {
    // Given
    String evil = "<script>\\\"&'";
    String contract =
        """
        {"info":{"title":"T","version":"T","description":"T"},
         "paths":{"/T":{"get":{"operationId":"T","summary":"T","description":"T `T` T",
           "parameters":[{"name":"T","in":"header","description":"T","schema":{"enum":["T"]}}],
           "requestBody":{"content":{"T":{"schema":{"const":"T"},"example":"T"}}},
           "responses":{"T":{"description":"T","headers":{"T":{"schema":{"T":"T"}}}}}}}},
         "components":{"schemas":{"T":{"type":"T","properties":{"T":{"examples":["T"]}}}}}}
        """
            .replace("\"T\"", '"' + evil + '"')
            .replace("/T", "/" + evil)
            .replace("T `T` T", evil + " `" + evil + "` " + evil);

    // When
    String page = page(contract);

    // Then
    assertThat(page).contains("&lt;script&gt;&quot;&amp;'").doesNotContain("<script", "\"&'");
    assertThat(page).contains("<code>&lt;script&gt;&quot;&amp;'</code>");
  }

  @Test
  void keywordWithoutWordsOfItsOwnShouldBeShownAsItStands() {
    // When
    String page =
        page(
            """
            {"components":{"schemas":{"A":{"type":["string","null"],"maxLength":7,"new":{"a":1},
              "anyOf":[{"required":["b"]}],"additionalProperties":false}}}}
            """);

    // Then
    assertThat(page)
        .contains("string or null", "maxLength <code>7</code>", "nothing else is taken", "any of:")
        .contains("new <code>{&quot;a&quot;:1}</code>", "required <code>[&quot;b&quot;]</code>");
  }
}
