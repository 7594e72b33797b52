package io.tidegate.loadtest.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two runs side by side, each figure of B with how many times that of A it is. */
public final class Comparison {
  private static final int MAX_NAME = 80;

  /** What makes another load of the same profile. */
  private static final List<String> LOAD =
      List.of(
          "--users",
          "--rate",
          "--for",
          "--times",
          "--seed",
          "--connections",
          "--find-capacity",
          "--self-test",
          "--step",
          "--slo-push",
          "--slo-accept");

  /** What measures the same load otherwise. */
  private static final List<String> MEASURING = List.of("--threads", "--slack", "--audit");

  private static final String NOT_GIVEN = "not given";

  private record Key(String group, String name) {}

  private final Merge.Source a;
  private final Merge.Source b;

  private Comparison(Merge.Source a, Merge.Source b) {
    this.a = a;
    this.b = b;
  }

  /** Lines of at most {@link Summary#WIDTH} characters that each end with a line feed. */
  public static String text(Merge.Source a, Merge.Source b) {
    Comparison comparison = new Comparison(a, b);
    List<String> lines = new ArrayList<>();
    comparison.heads().forEach(line -> lines.addAll(Summary.wrap(line, "   ")));
    for (String warning : comparison.warnings()) {
      lines.addAll(Summary.wrap("WARNING: " + warning, "  "));
    }
    for (Grid grid : comparison.grids()) {
      lines.add("");
      lines.addAll(grid.lines(Summary.WIDTH));
    }
    return String.join("\n", lines) + "\n";
  }

  /** One file that needs no network and no script, as {@link HtmlReport}. */
  public static void html(Merge.Source a, Merge.Source b, Appendable out) throws IOException {
    Html html = new Html();
    HtmlReport.begin(html, a.report().name() + " and " + b.report().name());
    new Comparison(a, b).page(html);
    HtmlReport.end(html);
    out.append(html.toString());
  }

  private void page(Html html) {
    html.raw("<header><h1>Two runs side by side</h1></header><main>\n");
    heads().forEach(line -> html.raw("<p>").text(line).raw("</p>\n"));
    for (String warning : warnings()) {
      html.raw("<p class=\"warn\" role=\"note\">").text(warning).raw("</p>\n");
    }
    html.raw("<h2>Latency</h2><div class=\"grid\">\n");
    Figures figures = new Figures(html, 1, List.of());
    names(PlotData.distributions(a.report()), PlotData.distributions(b.report()))
        .forEach((name, both) -> figures.distributions(name, both));
    html.raw("</div>\n<h2>Figures</h2><div class=\"tables\">");
    grids().forEach(html::table);
    html.raw("</div></main>\n");
  }

  private static Map<String, Map<String, Distribution>> names(
      Map<String, Distribution> a, Map<String, Distribution> b) {
    Map<String, Map<String, Distribution>> all = new LinkedHashMap<>();
    a.forEach((name, times) -> all.computeIfAbsent(name, n -> both()).put("A", times));
    b.forEach((name, times) -> all.computeIfAbsent(name, n -> both()).put("B", times));
    return all;
  }

  private static Map<String, Distribution> both() {
    return new LinkedHashMap<>();
  }

  private List<String> heads() {
    return List.of(head("A", a), head("B", b));
  }

  private static String head(String letter, Merge.Source source) {
    Report report = source.report();
    return "%s: %s (%s), version %s, %d s from %s, %s"
        .formatted(
            letter,
            Plain.line(report.name(), MAX_NAME),
            Plain.line(source.file(), MAX_NAME),
            Plain.line(versions(report), MAX_NAME),
            report.seconds(),
            report.start(),
            report.passed() ? "PASSED" : "FAILED");
  }

  /** Of all that took part, each once. */
  private static String versions(Report report) {
    Set<String> versions = new LinkedHashSet<>();
    report.processes().forEach(process -> versions.add(process.version()));
    report.generators().forEach(generator -> versions.add(generator.version()));
    versions.remove("");
    return versions.isEmpty() ? Unit.NONE : String.join(", ", versions);
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!a.report().profile().equals(b.report().profile())) {
      warnings.add("the profiles differ, so the figures are of different work");
    }
    differing(LOAD, "the figures are of different work", warnings);
    differing(MEASURING, "the runs were measured differently", warnings);
    String policy = a.report().settings().options().get(Settings.POLICY);
    String other = b.report().settings().options().get(Settings.POLICY);
    // Older reports do not tell it.
    if (policy != null && other != null && !policy.equals(other)) {
      warnings.add(
          "the policy differs, so the figures are of different work: A %s, B %s"
              .formatted(Plain.line(policy, MAX_NAME), Plain.line(other, MAX_NAME)));
    }
    if (!hosts(a.report()).equals(hosts(b.report()))) {
      warnings.add("the generators ran on other hosts");
    }
    whoToldNothing(ProcessFacts.RUNTIME)
        .map(who -> "the processes of " + who + " did not tell what they run on")
        .ifPresent(what -> warnings.add(what + ", so whether it differs is not known"));
    onlyIn("A", a, b).ifPresent(warnings::add);
    onlyIn("B", b, a).ifPresent(warnings::add);
    whoToldNothing(ProcessFacts.SETTINGS)
        .map(who -> "the services of " + who + " told no settings")
        .ifPresent(what -> warnings.add(what + ", so whether they differ is not known"));
    Warnings.of(a.report()).forEach(warning -> warnings.add("A: " + warning));
    Warnings.of(b.report()).forEach(warning -> warnings.add("B: " + warning));
    return warnings;
  }

  private void differing(List<String> options, String so, List<String> warnings) {
    Map<String, String> as = a.report().settings().options();
    Map<String, String> bs = b.report().settings().options();
    for (String option : options) {
      String one = as.getOrDefault(option, NOT_GIVEN);
      String other = bs.getOrDefault(option, NOT_GIVEN);
      if (!one.equals(other)) {
        warnings.add(
            "%s differs, so %s: A %s, B %s"
                .formatted(option, so, Plain.line(one, MAX_NAME), Plain.line(other, MAX_NAME)));
      }
    }
  }

  private static Optional<String> onlyIn(String letter, Merge.Source one, Merge.Source other) {
    Set<String> names = ProcessFacts.RUNTIME.toldOnlyIn(one.report(), other.report());
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "only %s tells what these processes run on: %s"
                .formatted(letter, Plain.line(String.join(", ", names), MAX_NAME)));
  }

  /** If the other did. */
  private Optional<String> whoToldNothing(ProcessFacts facts) {
    boolean told = facts.areTold(a.report());
    boolean both = told == facts.areTold(b.report());
    return both ? Optional.empty() : Optional.of(told ? "B" : "A");
  }

  private static Set<String> hosts(Report report) {
    Set<String> hosts = new LinkedHashSet<>();
    report.generators().forEach(generator -> hosts.add(generator.host()));
    return hosts;
  }

  private List<Grid> grids() {
    Map<Key, Figure> as = byKey(a.report());
    Map<Key, Figure> bs = byKey(b.report());
    Set<Key> keys = new LinkedHashSet<>(as.keySet());
    keys.addAll(bs.keySet());
    Map<String, List<List<String>>> groups = new LinkedHashMap<>();
    for (Key key : keys) {
      groups
          .computeIfAbsent(key.group(), group -> new ArrayList<>())
          .add(row(key.name(), as.get(key), bs.get(key)));
    }
    List<Grid> grids = new ArrayList<>();
    for (ProcessFacts facts : List.of(ProcessFacts.RUNTIME, ProcessFacts.SETTINGS)) {
      Grid differing = facts.differing(a.report(), b.report());
      if (!differing.isEmpty()) {
        grids.add(differing);
      }
    }
    groups.forEach((group, rows) -> grids.add(new Grid(group, List.of("", "A", "B", "B/A"), rows)));
    return grids;
  }

  private static Map<Key, Figure> byKey(Report report) {
    Map<Key, Figure> figures = new LinkedHashMap<>();
    Figure.of(report).forEach(f -> figures.put(new Key(f.group(), f.name()), f));
    return figures;
  }

  private static List<String> row(String name, @Nullable Figure a, @Nullable Figure b) {
    return List.of(Plain.line(name, MAX_NAME), figure(a), figure(b), ratio(a, b));
  }

  private static String figure(@Nullable Figure figure) {
    return figure == null ? Unit.NONE : figure.unit().text(figure.value());
  }

  private static String ratio(@Nullable Figure a, @Nullable Figure b) {
    if (a == null || b == null || a.value() == 0) {
      return Unit.NONE;
    }
    return Unit.RATIO.text(b.value() / a.value());
  }
}
