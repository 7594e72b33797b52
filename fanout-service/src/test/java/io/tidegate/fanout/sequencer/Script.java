package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.pace.Pressure;
import io.tidegate.fanout.store.BufferedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A scenario of the sequencer as a table, one line per event: {@code time | event | effects}.
 *
 * <pre>
 * 0  | message m1                   |
 * 5  | phone up s1 window=2         | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1]
 *    |                              | (a line without time and event goes on with the effects)
 * 9  | s1 ack 1                     | end m1 delivered all_devices seq=1
 * </pre>
 *
 * <p>{@link ScriptEvents} tells the events, {@link ScriptText} the effects. Beside events there are
 * questions, which change nothing:
 *
 * <ul>
 *   <li>{@code due?}: when the user is woken next, or never
 *   <li>{@code mailbox?}: what waits and what is released
 *   <li>{@code devices?}: one by one
 *   <li>{@code presence?}: since when there is a device, or when the last one left
 *   <li>{@code user?}: known or unknown
 * </ul>
 *
 * {@code busy 0.5} puts the system under such pressure, {@code free} takes it away. And there is
 * {@code due}, which wakes whoever the due index says once; {@code run} does so until nobody is
 * due. A line that begins with {@code bob:} is about bob, else it is about alice. After every line
 * {@link StoreAudit} checks that store and numbers agree.
 */
final class Script {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final int MAX_ROUNDS = 1_000;

  private final Sequencer sequencer;
  private final TreeBytes store = new TreeBytes();
  private final ScriptText text = new ScriptText();
  private final ScriptEvents events = new ScriptEvents(text);
  private int lives;
  private Pressure pressure = Pressure.NONE;

  private Script(SequencerSettings settings) {
    this.sequencer = new Sequencer(settings);
  }

  /** Plays the lines under the default settings and compares what happens with what is expected. */
  static void play(String lines) {
    play("", lines);
  }

  /**
   * @param settings as {@link ScriptSettings} reads them
   */
  static void play(String settings, String lines) {
    List<Line> expected = Line.parse(lines);
    Script script = new Script(ScriptSettings.parse(settings));
    List<Line> actual = new ArrayList<>();
    for (Line line : expected) {
      actual.add(new Line(line.time(), line.event(), script.step(line)));
    }
    assertThat(Line.table(actual)).isEqualTo(Line.table(expected));
  }

  private String step(Line line) {
    long now = ScriptTime.instant(line.time());
    String what = line.event();
    UserKey user = ALICE;
    if (what.startsWith("bob: ")) {
      user = new UserKey("default", "bob");
      what = what.substring("bob: ".length());
    }
    String happened =
        switch (what) {
          case "due?", "mailbox?", "devices?", "presence?", "user?" ->
              text.answer(what, sequencer.view(store, user, now, pressure));
          case "free" -> press(0);
          case "due" -> wake(now, 1);
          case "run" -> wake(now, MAX_ROUNDS);
          case String busy when busy.startsWith("busy ") ->
              press(Double.parseDouble(busy.substring("busy ".length())));
          default -> text.effects(handle(user, events.parse(what, now), now));
        };
    StoreAudit.check(store, ALICE);
    StoreAudit.check(store, new UserKey("default", "bob"));
    return happened;
  }

  private String press(double lag) {
    pressure = new Pressure(lag, Map.of());
    return "";
  }

  private String wake(long now, int rounds) {
    List<Effect> effects = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<DueUser> due = Sequencer.due(store, 0, now, 100);
      if (due.isEmpty()) {
        return round == 0 ? "nobody" : text.effects(effects);
      }
      for (DueUser user : due) {
        effects.addAll(handle(user.user(), new UserEvent.Due(), now));
      }
    }
    assertThat(rounds).as("rounds until nobody is due").isLessThan(MAX_ROUNDS);
    return text.effects(effects);
  }

  private List<Effect> handle(UserKey user, UserEvent event, long now) {
    List<Effect> effects = new ArrayList<>();
    BufferedBytes writes = new BufferedBytes(store);
    lives++;
    sequencer.handle(
        writes, user, event, new At(now, ScriptText.FIRST_EPOCH + lives, pressure), effects::add);
    writes.commit();
    return effects;
  }

  /** One line of the table; its effects are those of the lines that go on with it too. */
  record Line(String time, String event, String effects) {

    static List<Line> parse(String lines) {
      List<Line> parsed = new ArrayList<>();
      for (String line : lines.lines().toList()) {
        if (line.isBlank() || line.strip().startsWith("#")) {
          continue;
        }
        String[] cells = line.split("\\|", -1);
        assertThat(cells).as("cells of \"%s\"", line).hasSize(3);
        String time = cells[0].strip();
        String event = cells[1].strip().replaceAll(" +", " ");
        String effects = cells[2].strip();
        if (time.isEmpty() && event.isEmpty()) {
          Line last = parsed.removeLast();
          String more = last.effects + (last.effects.endsWith(";") ? " " : "; ") + effects;
          parsed.add(new Line(last.time, last.event, more));
        } else {
          assertThat(time).as("time of \"%s\"", line).isNotEmpty();
          parsed.add(new Line(time, event, effects));
        }
      }
      return parsed;
    }

    static String table(List<Line> lines) {
      StringBuilder table = new StringBuilder();
      for (Line line : lines) {
        String effects = line.effects.replaceAll("; *", "\n" + " ".repeat(6));
        table.append("%s | %s%n".formatted(line.time, line.event));
        if (!effects.isEmpty()) {
          table.append("      ").append(effects).append('\n');
        }
      }
      return table.toString();
    }
  }
}
