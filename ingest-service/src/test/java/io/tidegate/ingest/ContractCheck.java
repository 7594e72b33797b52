package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.tidegate.ingest.reference.Contract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds one request and its answer against the contract. Every HTTP test goes through it, so that
 * whatever the tests find the server to do must stand in {@code docs/openapi.yaml}.
 */
final class ContractCheck {
  static final JsonNode CONTRACT = Contract.load().tree();
  static final List<String> METHODS =
      List.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE");

  private static final String IRI = "https://tidegate.test/openapi";
  private static final String PROBLEM = "application/problem+json";
  private static final String NDJSON = "application/x-ndjson";

  /** Those of HTTP itself, which the contract need not name. */
  private static final Set<String> OF_HTTP =
      Set.of("allow", "connection", "content-length", "content-type", "date", "transfer-encoding");

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build())
                  .schemas(Map.of(IRI, CONTRACT.toString())));

  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

  private ContractCheck() {}

  /**
   * @param path as on the wire, perhaps with a query
   */
  record Request(String method, String path, HttpHeaders headers, byte[] body) {
    String pathOnly() {
      int query = path.indexOf('?');
      return query < 0 ? path : path.substring(0, query);
    }
  }

  /** What was answered. */
  record Response(int status, HttpHeaders headers, String body) {
    String mediaType() {
      return ContractCheck.mediaType(headers);
    }
  }

  private static String mediaType(HttpHeaders headers) {
    String type = headers.firstValue("Content-Type").orElse("");
    return type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** A path of the contract, and what stands in its braces. */
  private record Match(String template, Map<String, String> parameters) {
    JsonNode item() {
      return CONTRACT.get("paths").get(template);
    }
  }

  static void check(Request request, Response response) {
    String what = request.method() + " " + request.path() + " → " + response.status();
    Match match = match(request.pathOnly());
    if (match == null) {
      assertThat(response.status())
          .as(what + ": a path that is not in the contract")
          .isNotEqualTo(405);
      assertRefused(what, "#/components/schemas/UnknownPath", request.method(), response);
      return;
    }
    String method = request.method().toLowerCase(Locale.ROOT);
    boolean head = method.equals("head");
    JsonNode operation = match.item().path(head ? "get" : method);
    if (!operation.isObject() || (head && response.status() == 405)) {
      assertRefused(what, "#/components/schemas/UnknownMethod", request.method(), response);
      if (response.status() == 405) {
        assertThat(allowed(response)).as(what + ": Allow").isEqualTo(methods(match.item()));
      }
      return;
    }
    String at = "#/paths/" + escaped(match.template()) + "/" + (head ? "get" : method);
    response(what, at, operation, request, response);
    if (response.status() / 100 == 2) {
      request(what, at, match, operation, request, response);
    }
  }

  /** An answer to what cannot be told to be a request. */
  static void refused(String what, Response response) {
    assertRefused(what, "#/components/schemas/Refused", "GET", response);
  }

  /** Without HEAD, which goes with GET or not. */
  private static Set<String> allowed(Response response) {
    Set<String> allowed =
        new TreeSet<>(List.of(response.headers().firstValue("Allow").orElse("").split(", ")));
    allowed.remove("HEAD");
    return allowed;
  }

  static Set<String> methods(JsonNode item) {
    Set<String> methods = new TreeSet<>();
    for (String method : METHODS) {
      if (item.has(method.toLowerCase(Locale.ROOT))) {
        methods.add(method);
      }
    }
    return methods;
  }

  /** What is answered where the contract has no operation. */
  private static void assertRefused(String what, String schema, String method, Response response) {
    assertThat(response.mediaType()).as(what).isEqualTo(PROBLEM);
    if (!method.equals("HEAD")) {
      problem(what, response.status(), json(what, response.body()));
      valid(what, schema, json(what, response.body()));
    }
  }

  private static void problem(String what, int status, JsonNode body) {
    assertThat(body.path("status").asInt()).as(what + ": status in the body").isEqualTo(status);
  }

  private static void response(
      String what, String operationAt, JsonNode operation, Request request, Response response) {
    String status = Integer.toString(response.status());
    JsonNode responses = operation.get("responses");
    String key = responses.has(status) ? status : "default";
    JsonNode declared = responses.path(key);
    assertThat(declared.isObject()).as(what + ": a status that is not in the contract").isTrue();
    for (String name : response.headers().map().keySet()) {
      if (OF_HTTP.contains(name.toLowerCase(Locale.ROOT))) {
        continue;
      }
      String ofAny = field(CONTRACT.at("/components/headers"), name);
      String field = ofAny == null ? field(declared.path("headers"), name) : ofAny;
      assertThat(field).as(what + ": header " + name + " is not in the contract").isNotNull();
      String at =
          (ofAny == null ? operationAt + "/responses/" + key : "#/components")
              + "/headers/"
              + field
              + "/schema";
      for (String value : response.headers().allValues(name)) {
        valid(what + " " + name, at, scalar(at, value));
      }
    }
    JsonNode content = declared.path("content");
    if (content.isEmpty() || response.status() == 304) {
      assertThat(response.body()).as(what + ": no body is in the contract").isEmpty();
      return;
    }
    assertThat(content.has(response.mediaType()))
        .as(what + ": " + response.mediaType() + " is not in the contract")
        .isTrue();
    if (request.method().equals("HEAD")) {
      assertThat(response.body()).as(what).isEmpty();
      return;
    }
    String at = operationAt + "/responses/" + key + "/content/" + escaped(response.mediaType());
    if (response.mediaType().equals(NDJSON)) {
      response.body().lines().forEach(line -> closed(what, at + "/x-itemSchema", json(what, line)));
    } else if (response.mediaType().endsWith("json")) {
      JsonNode body = json(what, response.body());
      closed(what, at + "/schema", body);
      if (response.mediaType().equals(PROBLEM)) {
        problem(what, response.status(), body);
      }
    }
  }

  private static void request(
      String what,
      String operationAt,
      Match match,
      JsonNode operation,
      Request request,
      Response response) {
    parameters(what, "#/paths/" + escaped(match.template()), match.item(), match, request);
    parameters(what, operationAt, operation, match, request);
    JsonNode content = operation.path("requestBody").path("content");
    if (content.isEmpty()) {
      return;
    }
    String said = mediaType(request.headers());
    String type = content.has(said) ? said : "*/*";
    assertThat(content.has(type)).as(what + ": taken as " + said).isTrue();
    String at = operationAt + "/requestBody/content/" + escaped(type);
    String body = new String(unpacked(request), UTF_8);
    if (type.equals(NDJSON)) {
      lines(what, at + "/x-itemSchema", body, response);
    } else if (response.mediaType().equals(NDJSON)) {
      items(what, at + "/x-itemSchema", body, response);
    } else if (type.endsWith("json")) {
      valid(what + ", request " + shortened(body), at + "/schema", json(what, body));
    }
  }

  /** Each line that has not been refused must be valid. */
  private static void lines(String what, String schema, String body, Response response) {
    List<String> lines = body.lines().filter(line -> !line.isBlank()).toList();
    List<String> results = response.body().lines().toList();
    for (int i = 0; i < Math.min(lines.size(), results.size()); i++) {
      if (!json(what, results.get(i)).has("status")) {
        valid(what + ", line " + shortened(lines.get(i)), schema, json(what, lines.get(i)));
      }
    }
  }

  /**
   * The same for the items of an array; one that does not end is left to the tests of the server.
   */
  private static void items(String what, String schema, String body, Response response) {
    JsonNode items;
    try {
      items = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return;
    }
    lines(
        what,
        schema,
        items.valueStream().map(JsonNode::toString).collect(Collectors.joining("\n")),
        response);
  }

  private static void parameters(
      String what, String at, JsonNode owner, Match match, Request request) {
    for (int i = 0; i < owner.path("parameters").size(); i++) {
      JsonNode parameter = owner.get("parameters").get(i);
      String name = parameter.get("name").asString();
      String value =
          switch (parameter.get("in").asString()) {
            case "path" -> match.parameters().get(name);
            case "header" -> request.headers().firstValue(name).orElse(null);
            default -> throw new AssertionError(what + ": a parameter in " + parameter.get("in"));
          };
      if (value == null) {
        assertThat(parameter.path("required").asBoolean(false)).as(what + ": " + name).isFalse();
      } else {
        String schema = at + "/parameters/" + i + "/schema";
        valid(what + ", parameter " + name, schema, scalar(schema, value));
      }
    }
  }

  /** A header's or path's text as what its schema says it is. */
  private static JsonNode scalar(String schemaAt, String text) {
    JsonNode schema = CONTRACT.at(schemaAt.substring(1));
    JsonMapper json = JsonMapper.shared();
    return schema.path("type").asString("").equals("integer")
        ? json.readTree(text)
        : json.valueToTree(text);
  }

  static void valid(String what, String schemaAt, JsonNode value) {
    assertThat(CONTRACT.at(schemaAt.substring(1)).isObject()).as(what + ": " + schemaAt).isTrue();
    Schema schema =
        SCHEMAS.computeIfAbsent(schemaAt, at -> REGISTRY.getSchema(SchemaLocation.of(IRI + at)));
    assertThat(schema.validate(value))
        .as(what + ": " + schemaAt + " of " + shortened(value.toString()))
        .isEmpty();
  }

  /** Valid, and without any property that the contract does not name. */
  private static void closed(String what, String schemaAt, JsonNode value) {
    valid(what, schemaAt, value);
    Schema schema =
        SCHEMAS.computeIfAbsent(
            "closed " + schemaAt,
            _ ->
                REGISTRY.getSchema(
                    JsonMapper.shared()
                        .readTree(
                            "{\"$ref\":\""
                                + IRI
                                + schemaAt
                                + "\",\"unevaluatedProperties\":false}")));
    assertThat(schema.validate(value)).as(what + ": more than " + schemaAt).isEmpty();
  }

  private static JsonNode json(String what, String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (RuntimeException e) {
      throw new AssertionError(what + ": no JSON: " + shortened(text), e);
    }
  }

  /** As far as it can be unpacked: of a batch that is cut short, some lines may have been taken. */
  private static byte[] unpacked(Request request) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] bytes = new byte[8192];
    try (InputStream in = unpacking(request)) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        plain.write(bytes, 0, n);
      }
    } catch (IOException e) {
      // What came out before is what counts.
    }
    return plain.toByteArray();
  }

  private static InputStream unpacking(Request request) throws IOException {
    InputStream in = new ByteArrayInputStream(request.body());
    return switch (request.headers().firstValue("Content-Encoding").orElse("identity")) {
      case "zstd" -> new ZstdInputStream(in);
      case "identity" -> in;
      default -> new GZIPInputStream(in);
    };
  }

  /** A literal path goes before one with names in braces. */
  private static @Nullable Match match(String path) {
    if (CONTRACT.get("paths").has(path)) {
      return new Match(path, Map.of());
    }
    String[] segments = path.split("/", -1);
    for (String template : CONTRACT.get("paths").propertyNames()) {
      String[] wanted = template.split("/", -1);
      if (wanted.length != segments.length) {
        continue;
      }
      Map<String, String> parameters = new HashMap<>();
      boolean fits = true;
      for (int i = 0; i < wanted.length && fits; i++) {
        if (wanted[i].startsWith("{") && !segments[i].equals(".") && !segments[i].equals("..")) {
          parameters.put(wanted[i].substring(1, wanted[i].length() - 1), decoded(segments[i]));
        } else {
          fits = wanted[i].equals(segments[i]);
        }
      }
      if (fits) {
        return new Match(template, parameters);
      }
    }
    return null;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private static @Nullable String field(JsonNode headers, String name) {
    for (String field : new ArrayList<>(headers.propertyNames())) {
      if (field.equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }

  private static String escaped(String segment) {
    return segment.replace("~", "~0").replace("/", "~1");
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
