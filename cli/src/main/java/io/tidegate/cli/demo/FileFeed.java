package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.JsonFault;
import io.tidegate.cli.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A feed in a file: one JSON object a line with {@code id}, {@code time} (RFC 3339), {@code who},
 * {@code areas} and {@code files}. At most {@link #MAX_EVENTS} lines are taken.
 */
final class FileFeed {
  static final int MAX_EVENTS = 1_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private FileFeed() {}

  /**
   * @throws FeedException naming the line and the field
   */
  static List<FeedEvent> read(Path file) throws FeedException {
    List<FeedEvent> events = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (number > MAX_EVENTS) {
          throw new FeedException(file + ": more than " + MAX_EVENTS + " lines");
        }
        if (!line.isBlank()) {
          events.add(parse(line, file + ":" + number));
        }
      }
    } catch (IOException e) {
      throw new FeedException(file + ": can't be read: " + Reason.of(e), e);
    }
    if (events.isEmpty()) {
      throw new FeedException(file + ": holds no event");
    }
    return events;
  }

  private static FeedEvent parse(String line, String where) throws FeedException {
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JacksonException e) {
      throw new FeedException(where + ": " + JsonFault.of(e), e);
    }
    List<String> areas = new ArrayList<>();
    for (JsonNode area : field(event, "areas", where)) {
      areas.add(area.asString(""));
    }
    if (areas.isEmpty()) {
      throw new FeedException(where + ": areas: want at least one");
    }
    return new FeedEvent(
        text(event, "id", where),
        time(text(event, "time", where), where),
        text(event, "who", where),
        List.copyOf(areas),
        field(event, "files", where).asInt(0));
  }

  private static java.time.Instant time(String text, String where) throws FeedException {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new FeedException(where + ": time: want an RFC 3339 time", e);
    }
  }

  private static String text(JsonNode event, String field, String where) throws FeedException {
    JsonNode value = field(event, field, where);
    if (!value.isString() || value.asString("").isBlank()) {
      throw new FeedException(where + ": " + field + ": want a string");
    }
    return value.asString("");
  }

  private static JsonNode field(JsonNode event, String field, String where) throws FeedException {
    JsonNode value = event.get(field);
    if (value == null) {
      throw new FeedException(where + ": " + field + ": missing");
    }
    return value;
  }
}
