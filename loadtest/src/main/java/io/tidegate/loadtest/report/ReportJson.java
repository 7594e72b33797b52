package io.tidegate.loadtest.report;

import com.fasterxml.jackson.annotation.Nulls;
import java.io.Reader;
import java.io.Writer;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reports as JSON, with names in snake case. Fields that are unknown are ignored, so that a newer
 * one with the same {@link Report#format} can be read; none may be missing or null, but for those
 * that older ones have not: {@code ack_failures}, {@code runtime} and {@code settings} of
 * processes, and what generators tell of their loops and connections.
 */
public final class ReportJson {
  private static final String FORMAT = "format";
  private static final List<String> LATER = List.of("runtime", "settings");
  private static final List<String> LATER_COUNTS = List.of("connections", "connections_in_use");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private ReportJson() {}

  /** Leaves the writer open. */
  public static void write(Report report, Writer out) {
    JSON.writerWithDefaultPrettyPrinter().writeValue(out, report);
  }

  /** The same as one line without its end. */
  public static String line(Report report) {
    return JSON.writeValueAsString(report);
  }

  /**
   * @param file named in the error
   * @throws InvalidReportException naming the field and what is wrong with it
   */
  public static Report read(String file, Reader in) throws InvalidReportException {
    try {
      JsonNode tree = JSON.readTree(in);
      JsonNode format = tree.path(FORMAT);
      if (!format.isInt() || format.intValue() != Report.FORMAT) {
        String found = format.isMissingNode() ? "missing" : format.toString();
        throw new InvalidReportException(file, FORMAT + ": " + found + "; want " + Report.FORMAT);
      }
      addWhatCameLater(tree);
      return JSON.treeToValue(tree, Report.class);
    } catch (JacksonException e) {
      throw new InvalidReportException(file, reason(e));
    }
  }

  private static void addWhatCameLater(JsonNode tree) {
    if (tree instanceof ObjectNode report && !report.has("ack_failures")) {
      report.putObject("ack_failures");
    }
    for (JsonNode process : tree.path("processes")) {
      if (process instanceof ObjectNode fields) {
        LATER.stream().filter(name -> !fields.has(name)).forEach(fields::putObject);
      }
    }
    for (JsonNode generator : tree.path("generators")) {
      if (generator instanceof ObjectNode fields) {
        LATER_COUNTS.stream()
            .filter(name -> !fields.has(name))
            .forEach(name -> fields.put(name, 0));
        if (!fields.has("loop_delay")) {
          fields.set("loop_delay", JSON.valueToTree(Distribution.EMPTY));
        }
      }
    }
  }

  private static String reason(JacksonException e) {
    if (e instanceof StreamReadException) {
      return "line %d, column %d: no JSON"
          .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }
    StringJoiner path = new StringJoiner(".", "", ": ").setEmptyValue("");
    for (JacksonException.Reference reference : e.getPath()) {
      String name = reference.getPropertyName();
      path.add(name == null ? "[" + reference.getIndex() + "]" : name);
    }
    Throwable cause = e.getCause();
    @Nullable String what =
        cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage();
    return path + String.valueOf(what);
  }
}
