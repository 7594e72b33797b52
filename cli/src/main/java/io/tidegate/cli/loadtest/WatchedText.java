package io.tidegate.cli.loadtest;

import io.tidegate.cli.HttpUrl;
import io.tidegate.loadtest.watch.Place;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Values of {@code --watch}: a name, and a process of this machine or the URL of a service. */
final class WatchedText {
  private static final String OPTION = "--watch";

  private WatchedText() {}

  /**
   * @throws CommandLine.ParameterException naming what is wanted, or a name that is of two
   */
  static Map<String, Place> places(CommandSpec spec, List<String> given) {
    Map<String, Place> places = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw unwanted(spec, text);
      }
      String name = text.substring(0, equals);
      if (places.put(name, place(spec, text, text.substring(equals + 1))) != null) {
        throw usage(spec, "two are called \"" + name + "\"; want a name for each");
      }
    }
    return places;
  }

  private static Place place(CommandSpec spec, String text, String value) {
    if (value.matches("[0-9]{1,18}")) {
      return new Place.Pid(Long.parseLong(value));
    }
    if (!value.contains("://")) {
      throw unwanted(spec, text);
    }
    URI url = HttpUrl.of(spec, OPTION, value);
    if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
      throw HttpUrl.unwanted(spec, OPTION, value);
    }
    return new Place.Service(url);
  }

  private static CommandLine.ParameterException unwanted(CommandSpec spec, String text) {
    return usage(spec, "want NAME=PID or NAME=URL, got \"" + text + '"');
  }

  private static CommandLine.ParameterException usage(CommandSpec spec, String line) {
    return new CommandLine.ParameterException(spec.commandLine(), OPTION + ": " + line);
  }
}
