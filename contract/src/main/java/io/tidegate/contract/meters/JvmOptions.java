package io.tidegate.contract.meters;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which options of a JVM anyone may see. With its value: {@code -Xmx} and the like, words such as
 * {@code -Xint}, and {@code -XX:} with a number, a size, or what is on or off. By its name alone:
 * any other {@code -XX:}, whose value may be a file or a command. Nothing else, above all no system
 * property. Pure.
 */
public final class JvmOptions {
  /** In place of a value that nobody is to see. */
  public static final String NOT_SHOWN = "not shown";

  private static final Pattern SIZE = Pattern.compile("(-X(?:m[snx]|ss))(\\d+[kKmMgGtT]?)");
  private static final Pattern SWITCH = Pattern.compile("(-XX:)([+-])(\\w+)");
  private static final Pattern NAMED = Pattern.compile("(-XX:\\w+)=(.*)", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?[kKmMgGtT]?");
  private static final Set<String> WORDS = Set.of("-Xint", "-Xcomp", "-Xmixed", "-Xbatch");

  private JvmOptions() {}

  /**
   * @param arguments as the JVM got them; of those with one name the last counts
   * @return values by names, such as {@code -Xmx} and {@code 1g}, or {@code -XX:UseZGC} and {@code
   *     true}
   */
  public static Map<String, String> shown(List<String> arguments) {
    Map<String, String> shown = new TreeMap<>();
    for (String argument : arguments) {
      Matcher size = SIZE.matcher(argument);
      Matcher onOrOff = SWITCH.matcher(argument);
      Matcher named = NAMED.matcher(argument);
      if (size.matches()) {
        shown.put(size.group(1), size.group(2));
      } else if (onOrOff.matches()) {
        shown.put(onOrOff.group(1) + onOrOff.group(3), "" + onOrOff.group(2).equals("+"));
      } else if (named.matches()) {
        boolean isNumber = NUMBER.matcher(named.group(2)).matches();
        shown.put(named.group(1), isNumber ? named.group(2) : NOT_SHOWN);
      } else if (WORDS.contains(argument)) {
        shown.put(argument, "true");
      }
    }
    return shown;
  }
}
