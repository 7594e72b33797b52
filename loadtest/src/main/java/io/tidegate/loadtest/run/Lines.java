package io.tidegate.loadtest.run;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.report.InvalidReportException;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.ReportJson;
import java.io.StringReader;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the generators of one run and the process that started them write to each other: a word a
 * line, and what belongs to it behind a space.
 */
final class Lines {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** What a line says. */
  sealed interface Word {}

  /** Of a generator: something began or ended. */
  record Note(String text) implements Word {}

  /** Of a generator: all its devices are connected. */
  record Connected() implements Word {}

  /** To a generator, the first: what holds for pushes. */
  record Rules(Policy policy) implements Word {}

  /** To a generator: when the load begins. */
  record Begin(Instant at) implements Word {}

  /** A message that is for devices of several generators was accepted. */
  record Accepted(long message, long nanos) implements Word {}

  /** Of a generator: a second is over. */
  record Second(Seconds.Last last) implements Word {}

  /** Of a generator: it offers nothing any more. To one: nor does any other. */
  record Offered() implements Word {}

  /** Of a generator: the last, all that it found. */
  record Found(Report report) implements Word {}

  /** Of a generator: the last, why it could not begin. */
  record Failed(String why) implements Word {}

  private Lines() {}

  static String write(Word word) {
    return switch (word) {
      case Note note -> "note " + oneLine(note.text);
      case Connected _ -> "connected";
      case Rules rules -> "rules " + rules.policy.toJson();
      case Begin begin -> "begin " + begin.at;
      case Accepted accepted -> "accepted " + accepted.message + " " + accepted.nanos;
      case Second second -> "second " + JSON.writeValueAsString(second.last);
      case Offered _ -> "offered";
      case Found found -> "found " + ReportJson.line(found.report);
      case Failed failed -> "failed " + oneLine(failed.why);
    };
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }

  /**
   * @throws IllegalArgumentException if it is no such line
   */
  static Word read(String line) {
    int space = line.indexOf(' ');
    String word = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space + 1);
    try {
      return switch (word) {
        case "note" -> new Note(rest);
        case "connected" -> new Connected();
        case "rules" -> new Rules(Policy.parse(rest));
        case "begin" -> new Begin(Instant.parse(rest));
        case "accepted" -> accepted(rest);
        case "second" -> new Second(JSON.readValue(rest, Seconds.Last.class));
        case "offered" -> new Offered();
        case "found" -> new Found(ReportJson.read("found", new StringReader(rest)));
        case "failed" -> new Failed(rest);
        default -> throw new IllegalArgumentException("no line of a generator: " + shortened(line));
      };
    } catch (JacksonException | InvalidReportException | java.time.DateTimeException e) {
      throw new IllegalArgumentException("no line of a generator: " + shortened(line), e);
    }
  }

  private static Accepted accepted(String rest) {
    String[] numbers = rest.split(" ", -1);
    if (numbers.length != 2) {
      throw new IllegalArgumentException("accepted: want two numbers, got " + shortened(rest));
    }
    return new Accepted(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  private static String shortened(String line) {
    return line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }
}
