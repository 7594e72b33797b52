package io.tidegate.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Why a text is not JSON, in words for a person instead of the parser's. */
public final class JsonFault {
  private JsonFault() {}

  public static String of(JacksonException error) {
    if (error instanceof UnexpectedEndOfInputException) {
      return "not JSON: it ends too early";
    }
    TokenStreamLocation at = error.getLocation();
    if (!(error instanceof StreamReadException) || at == null || at.getColumnNr() < 1) {
      return "not JSON: more than one value";
    }
    String line = at.getLineNr() > 1 ? " of line " + at.getLineNr() : "";
    return "not JSON: fault at about character " + at.getColumnNr() + line;
  }
}
