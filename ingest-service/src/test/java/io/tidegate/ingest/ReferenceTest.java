package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.ingest.reference.Contract;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;

/** The contract as it is served. */
class ReferenceTest {
  private final TestIngest ingest;

  ReferenceTest() throws Exception {
    ingest = TestIngest.acking(UnaryOperator.identity());
  }

  @AfterEach
  void close() {
    ingest.close();
  }

  @Test
  void contractShouldBeTheFileInDocs() throws Exception {
    // When
    TestHttp.Answer answer = ingest.http().get("/openapi.yaml");

    // Then
    assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(answer.is(200).body()).isEqualTo(Files.readString(Path.of("../docs/openapi.yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/docs"})
  void whoHasItShouldNotGetItAgain(String path) throws Exception {
    // Given
    String tag = requireNonNull(ingest.http().get(path).header("ETag"));

    for (String has : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      // When
      TestHttp.Answer answer = ingest.http().call("GET", path, null, "If-None-Match", has);

      // Then
      assertThat(answer.is(304).body()).isEmpty();
      assertThat(answer.header("ETag")).isEqualTo(tag);
    }
    ingest.http().call("GET", path, null, "If-None-Match", "\"other\"").is(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/docs"})
  void headShouldBeGetWithoutABodyAndNothingElseShouldBeAllowed(String path) throws Exception {
    // When
    TestHttp.Answer get = ingest.http().get(path);
    TestHttp.Answer head = ingest.http().call("HEAD", path, null);
    TestHttp.Answer put = ingest.http().put(path, "{}");

    // Then
    assertThat(head.is(200).body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
    assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
    assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    put.isProblem(405, "method-not-allowed", null);
    assertThat(put.header("Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void pageShouldHaveNothingButItsOwnStyle() throws Exception {
    // When
    TestHttp.Answer answer = ingest.http().get("/docs");

    // Then
    String page = answer.is(200).body();
    String css = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(css.getBytes(UTF_8));
    assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; style-src 'sha256-"
                + Base64.getEncoder().encodeToString(hash)
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assertThat(page).doesNotContain("<script", "src=", "url(", "@import", "style=", "<link");
  }

  /** It is also well-formed XML, which finds whatever is not escaped or not closed. */
  @Test
  void pageShouldHaveAllThatIsInTheContractAndNoDeadLink() throws Exception {
    // Given
    JsonNode contract = Contract.load().tree();
    String page = ingest.http().get("/docs").body();

    // When
    Element html =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(page.getBytes(UTF_8)))
            .getDocumentElement();

    // Then
    Set<String> ids = new HashSet<>();
    List<String> targets = new ArrayList<>();
    NodeList all = html.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (element.hasAttribute("id")) {
        assertThat(ids.add(element.getAttribute("id"))).as(element.getAttribute("id")).isTrue();
      }
      if (element.getAttribute("href").startsWith("#")) {
        targets.add(element.getAttribute("href").substring(1));
      }
    }
    assertThat(ids).containsAll(targets);
    contract
        .path("components")
        .path("schemas")
        .propertyNames()
        .forEach(name -> assertThat(ids).contains("schema-" + name));
    String text = squeezed(html.getTextContent());
    List<String> missing = new ArrayList<>();
    texts(contract, false, missing, text);
    assertThat(missing).isEmpty();
  }

  /** Every description, summary, name of a parameter and status must be there to read. */
  private static void texts(JsonNode node, boolean named, List<String> missing, String page) {
    node.properties()
        .forEach(
            property -> {
              String key = property.getKey();
              JsonNode value = property.getValue();
              boolean words = Set.of("description", "summary", "operationId").contains(key);
              if (words && value.isString() && !key.equals("operationId")) {
                String want = squeezed(value.asString().replace("`", ""));
                if (!page.contains(want)) {
                  missing.add(want);
                }
              }
              boolean names = Set.of("properties", "responses", "content", "headers").contains(key);
              if (named && !page.contains(key.equals("default") ? "other" : key)) {
                missing.add(key);
              }
              texts(value, names, missing, page);
            });
    if (node.isArray()) {
      node.forEach(one -> texts(one, false, missing, page));
    }
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
