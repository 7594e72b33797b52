package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.LineText;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Says what Jackson found wrong with a text, in our words: the field, the reason, the byte. */
final class JsonFault {
  private JsonFault() {}

  static InvalidMessageException of(JacksonException e, JsonParser json) {
    String reason =
        switch (e) {
          case StreamConstraintsException constraint -> constraint(constraint);
          case UnexpectedEndOfInputException end -> "the JSON ends early";
          default ->
              String.valueOf(e.getOriginalMessage()).startsWith("Unexpected end-of-input")
                  ? "the JSON ends early"
                  : "not JSON: " + e.getOriginalMessage();
        };
    String at = ", at byte " + json.currentLocation().getByteOffset();
    return invalid(path(json.streamReadContext()), reason + at);
  }

  /**
   * Where the parser stands, in a field or behind it, which may be ahead of what it has handed out.
   * Not deeper than data: what is inside is not ours to name.
   */
  private static @Nullable String path(TokenStreamContext innermost) {
    Deque<TokenStreamContext> outermostFirst = new ArrayDeque<>();
    for (TokenStreamContext c = innermost; c != null; c = c.getParent()) {
      outermostFirst.push(c);
    }
    StringBuilder path = new StringBuilder();
    for (TokenStreamContext context : outermostFirst) {
      if (context.inObject() && context.currentName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(LineText.quotable(context.currentName()));
      } else if (context.inArray() && context.hasCurrentIndex() && !path.isEmpty()) {
        path.append('[').append(context.getCurrentIndex()).append(']');
      }
      if (path.toString().equals("data")) {
        break;
      }
    }
    return path.isEmpty() ? null : path.toString();
  }

  private static String constraint(StreamConstraintsException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.contains("nesting depth")) {
      return "nested deeper than " + MessageParser.MAX_DEPTH;
    }
    if (message.startsWith("Number")) {
      return "a number of more than " + MessageParser.MAX_NUMBER_CHARS + " characters";
    }
    return "more than a message may have";
  }
}
