package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.ingest.metrics.Route;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Code and contract have the same routes and methods; the rest is held by {@link ContractCheck} in
 * every HTTP test.
 */
class ContractTest {
  private static final String NOWHERE = "there is nothing at this path";

  private static Set<String> paths() {
    return new TreeSet<>(ContractCheck.CONTRACT.get("paths").propertyNames());
  }

  private static String filled(String template) {
    return template.replaceAll("\\{[a-z]+}", "x");
  }

  @Test
  void routesShouldBeThoseOfTheContract() {
    // When
    Set<String> routes =
        Arrays.stream(Route.values())
            .filter(route -> route != Route.OTHER)
            .map(Route::path)
            .collect(Collectors.toCollection(TreeSet::new));

    // Then
    assertThat(routes).isEqualTo(paths());
    for (String path : paths()) {
      assertThat(Route.of(filled(path)).path()).isEqualTo(path);
    }
  }

  @Test
  void methodsShouldBeThoseOfTheContract() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      for (String path : paths()) {
        JsonNode item = ContractCheck.CONTRACT.get("paths").get(path);
        for (String method : ContractCheck.METHODS) {
          // When
          TestHttp.Answer answer = ingest.http().call(method, filled(path), null);

          // Then
          boolean served = answer.status() != 405 && !answer.body().contains(NOWHERE);
          boolean head = method.equals("HEAD") && ContractCheck.methods(item).contains("GET");
          assertThat(served)
              .as(method + " " + path + " → " + answer.status() + " " + answer.body())
              .isEqualTo(head ? served : ContractCheck.methods(item).contains(method));
        }
      }
    }
  }

  @Test
  void operationsShouldHaveNamesOfTheirOwn() {
    // Given
    Set<String> names = new HashSet<>();

    for (JsonNode item : ContractCheck.CONTRACT.get("paths")) {
      for (String method : ContractCheck.methods(item)) {
        // When
        JsonNode operation = item.get(method.toLowerCase(Locale.ROOT));

        // Then
        assertThat(operation.path("summary").asString("")).isNotBlank();
        assertThat(names.add(operation.get("operationId").asString())).isTrue();
      }
    }
  }

  /** What the contract shows must be what it says. */
  @Test
  void examplesShouldBeValid() {
    // When
    int examples = examples("#", ContractCheck.CONTRACT);

    // Then
    assertThat(examples).isGreaterThan(10);
  }

  private static int examples(String at, JsonNode node) {
    int count = 0;
    if (node.has("schema") && node.has("example")) {
      JsonNode example = node.get("example");
      if (node.has("x-itemSchema") && example.isString()) {
        for (String line : example.asString().lines().toList()) {
          ContractCheck.valid("example", at + "/x-itemSchema", TestIngest.json(line));
        }
      } else {
        ContractCheck.valid("example", at + "/schema", example);
      }
      count++;
    }
    if (node.has("examples") && node.get("examples").isArray()) {
      for (JsonNode example : node.get("examples")) {
        ContractCheck.valid("example", at, example);
        count++;
      }
    }
    for (Map.Entry<String, JsonNode> child : node.properties()) {
      String key = child.getKey().replace("~", "~0").replace("/", "~1");
      count += examples(at + "/" + key, child.getValue());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      count += examples(at + "/" + i, node.get(i));
    }
    return count;
  }

  /** That the check finds what is wrong. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST   | /v1/messages      | {"to":{"user":"a"},"data":1} | 202 | application/json         | {"id":"1","accepted":1}                   | ok
          POST   | /v1/messages      | {"to":{"user":"a"},"data":1} | 202 | application/json         | {"id":"1","accepted":0}                   | must have a minimum value of 1
          POST   | /v1/messages      | {"to":{"user":"a"},"data":1} | 202 | application/json         | {"id":"1","accepted":1,"more":1}          | more than
          POST   | /v1/messages      | {"to":{"user":"a"},"data":1} | 202 | text/plain               | {"id":"1","accepted":1}                   | text/plain is not in the contract
          POST   | /v1/messages      | {"to":{"user":"a"},"data":1} | 201 | application/json         | {"id":"1","accepted":1}                   | application/json is not in the contract
          POST   | /v1/messages      | {"to":{"user":""},"data":1}  | 202 | application/json         | {"id":"1","accepted":1}                   | request
          POST   | /v1/messages      | {"to":{"user":"a"}}          | 202 | application/json         | {"id":"1","accepted":1}                   | required property 'data' not found
          POST   | /v1/messages      | {}                           | 400 | application/problem+json | {"type":"x","title":"y","status":400}     | ok
          POST   | /v1/messages      | {}                           | 400 | application/problem+json | {"type":"x","title":"y","status":413}     | status in the body
          POST   | /v1/messages      | {}                           | 400 | application/problem+json | {"type":"x","status":400}                 | required property 'title' not found
          GET    | /v1/nothing       |                              | 404 | application/problem+json | {"type":"x","title":"y","status":404}     | ok
          GET    | /v1/nothing       |                              | 200 | application/json         | {}                                        | GET /v1/nothing
          PATCH  | /v1/policies/a    | {}                           | 200 | application/json         | {}                                        | PATCH /v1/policies/a
          DELETE | /v1/policies/a    |                              | 204 |                          | {}                                        | no body is in the contract
          """)
  void differencesShouldBeFound(
      String method,
      String path,
      String body,
      int status,
      String type,
      String answer,
      String says) {
    // Given
    ContractCheck.Request request =
        new ContractCheck.Request(
            method,
            path,
            headers("Content-Type", "application/json"),
            (body == null ? "" : body).getBytes(UTF_8));
    ContractCheck.Response response =
        new ContractCheck.Response(
            status, headers("Content-Type", type == null ? "" : type), answer);

    // When
    // Then
    if (says.equals("ok")) {
      assertThatCode(() -> ContractCheck.check(request, response)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(() -> ContractCheck.check(request, response))
          .withMessageContaining(says);
    }
  }

  private static HttpHeaders headers(String name, String value) {
    return HttpHeaders.of(Map.of(name, List.of(value)), (n, v) -> true);
  }
}
