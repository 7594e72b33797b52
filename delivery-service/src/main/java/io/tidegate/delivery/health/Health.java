package io.tidegate.delivery.health;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An answer of {@code /health/live} or {@code /health/ready}; up when every check is. */
public record Health(List<Check> checks) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /**
   * @param detail one line for the operator
   */
  public record Check(String name, boolean up, String detail) {}

  /** What to ask. */
  public interface Source {
    /** Down: only a restart helps. */
    Health live();

    /** Down: no new connections, please. */
    Health ready();

    /**
     * How many connections that worker of the others has that has fewest, of those with room;
     * {@link Integer#MAX_VALUE}: there is none.
     */
    default int fewestElsewhere() {
      return Integer.MAX_VALUE;
    }
  }

  public Health {
    checks = List.copyOf(checks);
  }

  /** With one check more. */
  public Health and(Check check) {
    List<Check> all = new ArrayList<>(checks);
    all.add(check);
    return new Health(all);
  }

  public boolean isUp() {
    return checks.stream().allMatch(Check::up);
  }

  public byte[] toJson() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("status", word(isUp()));
    ObjectNode all = root.putObject("checks");
    for (Check check : checks) {
      all.putObject(check.name()).put("status", word(check.up())).put("detail", check.detail());
    }
    return MAPPER.writeValueAsBytes(root);
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
