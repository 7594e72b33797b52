package io.tidegate.cli.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.Output;
import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.report.Comparison;
import io.tidegate.loadtest.report.HtmlReport;
import io.tidegate.loadtest.report.InvalidReportException;
import io.tidegate.loadtest.report.Merge;
import io.tidegate.loadtest.report.MessagesSvg;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.ReportJson;
import io.tidegate.loadtest.report.Summary;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs found: shown, written, read again. */
final class Results {
  static final String JSON = "report.json";
  static final String HTML = "report.html";
  static final String SVG = "messages.svg";

  private Results() {}

  /**
   * Shows a report and writes it into a folder, which is made if need be.
   *
   * @return whether all is as it should be
   * @throws StartupException if it cannot be written
   */
  static boolean write(Report report, @Nullable Path folder, Output output)
      throws StartupException {
    if (output.json()) {
      StringWriter json = new StringWriter();
      ReportJson.write(report, json);
      output.line(json.toString());
    } else {
      output.line(Summary.of(report).stripTrailing());
    }
    if (folder != null) {
      file(folder.resolve(JSON), writer -> ReportJson.write(report, writer));
      file(folder.resolve(HTML), writer -> HtmlReport.write(report, writer));
      file(folder.resolve(SVG), writer -> MessagesSvg.write(report, writer));
      output.note("written to " + folder.resolve(HTML) + ", " + JSON + " and " + SVG);
    }
    return report.passed();
  }

  /** Two reports side by side, as text and, where there is a folder, as a page. */
  static void compare(Path a, Path b, @Nullable Path folder, Output output)
      throws StartupException {
    Merge.Source one = read(a);
    Merge.Source other = read(b);
    output.line(Comparison.text(one, other).stripTrailing());
    if (folder != null) {
      Path page = folder.resolve("comparison.html");
      file(page, writer -> Comparison.html(one, other, writer));
      output.note("written to " + page);
    }
  }

  /**
   * Reports of several generators of one run as one.
   *
   * @throws StartupException naming the file and the reason
   */
  static Report merged(List<Path> files) throws StartupException {
    List<Merge.Source> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(read(file));
    }
    try {
      return Merge.ofStrangers(sources);
    } catch (InvalidReportException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A report, or the folder of one. */
  private static Merge.Source read(Path named) throws StartupException {
    Path file = Files.isDirectory(named) ? named.resolve(JSON) : named;
    try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
      return new Merge.Source(named.toString(), ReportJson.read(file.toString(), reader));
    } catch (InvalidReportException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartupException(file + " can't be read: " + e, e);
    }
  }

  private static void file(Path path, Content content) throws StartupException {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (Writer writer = Files.newBufferedWriter(path, UTF_8)) {
        content.write(writer);
      }
    } catch (IOException e) {
      throw new StartupException(path + " can't be written: " + e, e);
    }
  }

  @FunctionalInterface
  private interface Content {
    void write(Writer writer) throws IOException;
  }
}
