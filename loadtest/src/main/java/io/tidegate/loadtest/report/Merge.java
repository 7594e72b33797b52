package io.tidegate.loadtest.report;

import io.tidegate.loadtest.profile.InvalidProfileException;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.profile.Receivers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The reports of several generators that ran one profile at the same time, as one report: counts
 * and histograms are added up, series second by second of the wall clock, and a process that
 * several watched is taken once.
 */
public final class Merge {
  private static final double SAME_MARK_SECONDS = 1;
  private static final String OR = " | ";

  /** A report and the file it is from. */
  public record Source(String file, Report report) {}

  private final List<Report> reports;
  private final Instant start;

  private Merge(List<Report> reports) {
    this.reports = reports;
    this.start = reports.stream().map(Report::start).min(Comparator.naturalOrder()).orElseThrow();
  }

  /**
   * @param sources at least one
   * @throws InvalidReportException naming the first file that does not go with those before it
   */
  public static Report of(List<Source> sources) throws InvalidReportException {
    for (int i = 1; i < sources.size(); i++) {
      for (Source before : sources.subList(0, i)) {
        check(before, sources.get(i));
      }
    }
    List<Report> reports = sources.stream().map(Source::report).toList();
    if (reports.size() == 1) {
      return reports.getFirst();
    }
    try {
      return new Merge(reports).all();
    } catch (IllegalArgumentException e) {
      throw new InvalidReportException(
          String.join(", ", sources.stream().map(Source::file).toList()),
          "together " + e.getMessage());
    }
  }

  /**
   * The same for generators that knew nothing of each other, such as those of several hosts.
   *
   * @throws InvalidReportException also where that makes their checks blind
   */
  public static Report ofStrangers(List<Source> sources) throws InvalidReportException {
    for (Source source : sources) {
      if (isToAll(source.report())) {
        throw new InvalidReportException(
            source.file(),
            "profile: to: all goes to the devices of the other generators too, where none of them"
                + " looks for it; run it by one generator, which starts as many processes as it"
                + " needs");
      }
    }
    return of(sources);
  }

  private static boolean isToAll(Report report) {
    try {
      Profile profile = ProfileReader.read(report.name(), report.profile());
      return profile.receivers().kind() == Receivers.Kind.ALL;
    } catch (InvalidProfileException e) {
      // One of another version, of which no more is known.
      return false;
    }
  }

  private static void check(Source before, Source next) throws InvalidReportException {
    Report a = before.report();
    Report b = next.report();
    String with = " than " + before.file();
    if (b.equals(a)) {
      throw new InvalidReportException(next.file(), "the same report as " + before.file());
    }
    if (!b.profile().equals(a.profile()) || !b.name().equals(a.name())) {
      throw new InvalidReportException(next.file(), "profile: another one" + with);
    }
    if (b.start().isAfter(end(a)) || a.start().isAfter(end(b))) {
      throw new InvalidReportException(next.file(), "start: at another time" + with);
    }
    if (!a.capacity().isEmpty() || !b.capacity().isEmpty()) {
      throw new InvalidReportException(
          next.file(), "capacity: a search is one generator's, and is not merged");
    }
  }

  private static Instant end(Report report) {
    return report.start().plusSeconds(report.seconds());
  }

  private Report all() {
    Report first = reports.getFirst();
    int seconds =
        reports.stream().mapToInt(report -> shift(report) + report.seconds()).max().orElseThrow();
    return new Report(
        Report.FORMAT,
        first.name(),
        first.profile(),
        start,
        seconds,
        settings(),
        reports.stream().flatMap(report -> report.generators().stream()).toList(),
        totals(),
        violations(),
        counts(Report::answers),
        counts(Report::disconnects),
        counts(Report::ackFailures),
        latencies(),
        new Series(
            column(Series::offered),
            column(Series::accepted),
            column(Series::refused),
            column(Series::shown),
            column(Series::acked),
            column(Series::connected)),
        marks(),
        WatchedMerge.of(reports, this::shift),
        List.of(),
        reports.stream().flatMap(report -> report.verdict().stream()).distinct().toList());
  }

  /** Whole seconds, the nearest, by which it started after the first. */
  private int shift(Report report) {
    return (int) Math.round(after(report));
  }

  private double after(Report report) {
    return Duration.between(start, report.start()).toMillis() / 1e3;
  }

  private Settings settings() {
    Map<String, Set<String>> options = new LinkedHashMap<>();
    Set<String> urls = new LinkedHashSet<>();
    for (Report report : reports) {
      urls.add(report.settings().url());
      report
          .settings()
          .options()
          .forEach((name, value) -> options.computeIfAbsent(name, n -> set()).add(value));
    }
    Map<String, String> joined = new LinkedHashMap<>();
    options.forEach((name, values) -> joined.put(name, String.join(OR, values)));
    return new Settings(String.join(OR, urls), joined);
  }

  private static Set<String> set() {
    return new LinkedHashSet<>();
  }

  private Totals totals() {
    return new Totals(
        sum(Totals::devices),
        sum(Totals::welcomed),
        sum(Totals::offered),
        sum(Totals::accepted),
        sum(Totals::refused),
        sum(Totals::failed),
        sum(Totals::expected),
        sum(Totals::shown),
        sum(Totals::acked),
        sum(Totals::repeats),
        sum(Totals::reconnects),
        sum(Totals::pending));
  }

  private long sum(Function<Totals, Long> count) {
    return reports.stream().mapToLong(report -> count.apply(report.totals())).sum();
  }

  private Map<String, Long> counts(Function<Report, Map<String, Long>> of) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Report report : reports) {
      of.apply(report).forEach((name, count) -> sums.merge(name, count, Long::sum));
    }
    return sums;
  }

  private Map<String, Violation> violations() {
    Map<String, Violation> all = new LinkedHashMap<>();
    for (Report report : reports) {
      report.violations().forEach((kind, some) -> all.merge(kind, some, Violation::plus));
    }
    return all;
  }

  private Map<String, Latency> latencies() {
    Set<String> names = new LinkedHashSet<>();
    reports.forEach(report -> names.addAll(report.latencies().keySet()));
    Map<String, Latency> all = new LinkedHashMap<>();
    names.forEach(name -> all.put(name, latency(name)));
    return all;
  }

  private Latency latency(String name) {
    List<Distribution> whole = new ArrayList<>();
    List<List<Distribution>> seconds = new ArrayList<>();
    for (Report report : reports) {
      Latency part = report.latencies().get(name);
      if (part == null) {
        continue;
      }
      whole.add(part.whole());
      for (int second = 0; second < part.seconds().size(); second++) {
        int at = second + shift(report);
        while (seconds.size() <= at) {
          seconds.add(new ArrayList<>());
        }
        seconds.get(at).add(part.seconds().get(second));
      }
    }
    return new Latency(Distribution.sum(whole), seconds.stream().map(Distribution::sum).toList());
  }

  private List<Long> column(Function<Series, List<Long>> of) {
    List<Long> sums = new ArrayList<>();
    for (Report report : reports) {
      List<Long> counts = of.apply(report.series());
      for (int second = 0; second < counts.size(); second++) {
        int at = second + shift(report);
        while (sums.size() <= at) {
          sums.add(0L);
        }
        sums.set(at, sums.get(at) + counts.get(second));
      }
    }
    return sums;
  }

  /** What all of them did at the same time is one mark. */
  private List<Mark> marks() {
    List<Mark> all = new ArrayList<>();
    for (Report report : reports) {
      for (Mark mark : report.marks()) {
        Mark moved = new Mark(mark.second() + after(report), mark.name());
        if (all.stream().noneMatch(other -> same(other, moved))) {
          all.add(moved);
        }
      }
    }
    return all.stream().sorted(Comparator.comparingDouble(Mark::second)).toList();
  }

  private static boolean same(Mark a, Mark b) {
    return a.name().equals(b.name()) && Math.abs(a.second() - b.second()) < SAME_MARK_SECONDS;
  }
}
