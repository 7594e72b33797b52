package io.tidegate.ingest.reference;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The contract as one HTML page, made from the contract alone: no script, nothing from elsewhere,
 * and nothing in it that the contract does not say.
 */
public final class Page {
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private final JsonNode contract;
  private final String css;
  private final Html html = new Html();
  private final SchemaText schemas = new SchemaText(html);

  private Page(JsonNode contract, String css) {
    this.contract = contract;
    this.css = css;
  }

  /**
   * @param html in UTF-8
   * @param policy for {@code Content-Security-Policy}: the style in the page and nothing else
   */
  public record Rendered(byte[] html, String policy) {}

  public static Rendered render(JsonNode contract) {
    String css = new String(Contract.bytes("page.css"), StandardCharsets.UTF_8);
    byte[] html = new Page(contract, css).write().getBytes(StandardCharsets.UTF_8);
    String policy =
        "default-src 'none'; style-src 'sha256-"
            + sha256(css)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return new Rendered(html, policy);
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String write() {
    JsonNode info = contract.path("info");
    html.open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width");
    html.element("title", info.path("title").asString()).style(css).close().line();
    html.open("body").open("header").element("h1", info.path("title").asString());
    html.open("p", "class", "version").text("version " + info.path("version").asString() + ", ");
    html.element("a", "as OpenAPI", "href", "/openapi.yaml").close();
    description(info);
    html.close().line();
    authentication();
    index();
    html.open("main");
    eachOperation(this::operation);
    html.element("h2", "Headers of any answer", "id", "headers").line();
    headers(contract.path("components"));
    html.element("h2", "Schemas", "id", "schemas").line();
    for (Map.Entry<String, JsonNode> schema : named("schemas")) {
      html.open("section", "id", SchemaText.anchor(schema.getKey()));
      html.element("h3", schema.getKey());
      schemas.write(schema.getValue());
      html.close().line();
    }
    return html.close().close().close().line().finish();
  }

  private Iterable<Map.Entry<String, JsonNode>> named(String components) {
    return contract.path("components").path(components).properties();
  }

  /** What is done with each operation. */
  private interface OperationWriter {
    void write(String method, String path, JsonNode item, JsonNode operation);
  }

  private void eachOperation(OperationWriter writer) {
    for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
      for (String method : METHODS) {
        JsonNode operation = path.getValue().path(method);
        if (operation.isObject()) {
          writer.write(method.toUpperCase(Locale.ROOT), path.getKey(), path.getValue(), operation);
        }
      }
    }
  }

  private void authentication() {
    for (Map.Entry<String, JsonNode> scheme : named("securitySchemes")) {
      html.element("h2", "Authentication");
      description(scheme.getValue());
      html.open("p").text(scheme.getValue().path("type").asString() + " ");
      html.element("code", scheme.getValue().path("scheme").asString("")).close();
    }
  }

  private void index() {
    html.open("nav").element("h2", "Operations").open("ul");
    eachOperation(
        (method, path, item, operation) -> {
          html.open("li").open("a", "href", "#" + operation.path("operationId").asString());
          html.element("code", method + " " + path).close();
          html.text(" " + operation.path("summary").asString()).close().line();
        });
    html.open("li").element("a", "Headers of any answer", "href", "#headers").close();
    html.open("li").element("a", "Schemas", "href", "#schemas").close();
    html.close().close().line();
  }

  private void operation(String method, String path, JsonNode item, JsonNode operation) {
    html.open("section", "id", operation.path("operationId").asString());
    html.open("h2").element("code", method + " " + path).close();
    html.open("p", "class", "summary").prose(operation.path("summary").asString()).close();
    description(operation);
    List<JsonNode> parameters =
        Stream.of(item, operation).flatMap(node -> node.path("parameters").valueStream()).toList();
    if (!parameters.isEmpty()) {
      html.element("h3", "Parameters").open("dl");
      parameters.forEach(this::parameter);
      html.close();
    }
    JsonNode body = operation.path("requestBody");
    if (body.isObject()) {
      html.element("h3", "Body");
      description(body);
      content(body.path("content"));
    }
    html.element("h3", "Answers").open("dl");
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      html.open("dt");
      html.element("code", response.getKey().equals("default") ? "other" : response.getKey());
      html.close().open("dd");
      description(response.getValue());
      headers(response.getValue());
      content(response.getValue().path("content"));
      html.close();
    }
    html.close().close().line();
  }

  private void parameter(JsonNode parameter) {
    html.open("dt").element("code", parameter.path("name").asString());
    html.text(" in " + parameter.path("in").asString());
    html.text(parameter.path("required").asBoolean(false) ? ", required" : "").close();
    html.open("dd");
    description(parameter);
    schemas.write(parameter.path("schema"));
    html.close();
  }

  private void headers(JsonNode response) {
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      html.open("p").text("Header ").element("code", header.getKey()).text(": ");
      html.prose(header.getValue().path("description").asString().strip()).close();
      schemas.write(header.getValue().path("schema"));
    }
  }

  private void content(JsonNode content) {
    for (Map.Entry<String, JsonNode> type : content.properties()) {
      html.open("p").element("code", type.getKey()).close();
      JsonNode value = type.getValue();
      if (value.has("schema")) {
        schemas.write(value.get("schema"));
      }
      if (value.has("x-itemSchema")) {
        html.element("p", "each line or item:");
        schemas.write(value.get("x-itemSchema"));
      }
      if (value.has("example")) {
        html.element("pre", SchemaText.example(value.get("example")));
      }
      for (Map.Entry<String, JsonNode> example : value.path("examples").properties()) {
        html.element("p", example.getValue().path("summary").asString(example.getKey()));
        html.element("pre", SchemaText.example(example.getValue().path("value")));
      }
    }
  }

  private void description(JsonNode node) {
    if (node.has("description")) {
      html.open("p").prose(node.get("description").asString().strip()).close();
    }
  }
}
