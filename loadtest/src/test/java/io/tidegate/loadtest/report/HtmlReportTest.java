package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HtmlReportTest {
  private static final int MOST_BYTES = 300_000;

  @ParameterizedTest
  @ValueSource(ints = {600, 3_600, 86_400})
  void aPageShouldStaySmallHoweverLongTheRun(int seconds) throws Exception {
    int bytes = html(Sample.full(seconds).report()).getBytes(StandardCharsets.UTF_8).length;

    assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
  }

  @Test
  void textsOfOthersShouldStayText() throws Exception {
    String html = html(Hostile.report());

    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("<img"), html);
    assertFalse(html.contains("\"'>"), html);
    assertFalse(html.contains("\u001b"), html);
    assertFalse(html.contains("\u202e"), html);
    assertTrue(html.contains("&lt;/pre&gt;&lt;/title&gt;"), html);
    assertTrue(html.contains("&amp;amp;"), html);
    assertEquals(1, count(html, "</style>"));
    assertEquals(1, count(html, "</pre>"));
  }

  @Test
  void everySignThatHtmlObeysShouldBeEscaped() {
    assertEquals("&lt;a b=&#39;c&quot;&gt;&amp;", new Html().text("<a b='c\">&").toString());
  }

  @Test
  void aPageShouldNeedNothingElse() throws Exception {
    String html = html(Sample.full(30).report());

    for (String needs : List.of("<script", "<link", "<img", "src=", "href=", "@import", "url(")) {
      assertFalse(html.contains(needs), needs);
    }
    assertTrue(html.contains("default-src &#39;none&#39;"), html);
  }

  @Test
  void everyPlotShouldHaveATitleOfItsOwnAndATable() throws Exception {
    String html = html(Sample.full(30).report());

    int plots = count(html, "<svg");
    assertEquals(12, plots);
    assertEquals(plots, count(html, "role=\"img\""));
    assertEquals(plots + 2, count(html, "<details>")); // and two of what processes told
    Matcher ids = Pattern.compile("<title id=\"([^\"]+)\">").matcher(html);
    Set<String> titles = new HashSet<>();
    while (ids.find()) {
      assertTrue(html.contains("aria-labelledby=\"" + ids.group(1) + "\""));
      titles.add(ids.group(1));
    }
    assertEquals(plots, titles.size());
  }

  @Test
  void marksShouldBeNamedInEveryPlotOverTime() throws Exception {
    String html = html(Sample.full(30).report());

    assertEquals(11, count(html, "<title>phase 2</title>"));
  }

  @Test
  void settingsOfServicesShouldBeShownWithWhoHasThem() throws Exception {
    Sample sample = Sample.small();
    sample.processes.add(
        new Watched("delivery", "http://a", "", Map.of(), Map.of("X", "1"), Map.of()));
    sample.processes.add(
        new Watched("delivery", "http://b", "", Map.of(), Map.of("X", "2"), Map.of()));

    String html = html(sample.report());

    assertTrue(html.contains("<th scope=\"row\">X<td>1<td>delivery http://a\n"), html);
    assertTrue(html.contains("<th scope=\"row\">X<td>2<td>delivery http://b<"), html);
    String drain = "<th scope=\"row\">TIDEGATE_FANOUT_DRAIN<td>5s<td>fanout\n";
    assertTrue(html.contains(drain), html);
  }

  @Test
  void settingsThatNobodyToldShouldHaveNoTable() throws Exception {
    assertFalse(html(new Sample().report()).contains("Settings of services"));
  }

  @Test
  void whatProcessesRunOnShouldBeShown() throws Exception {
    String html = html(Sample.small().report());

    assertTrue(html.contains("<details><summary>What processes run on</summary>"), html);
    assertTrue(html.contains("<th scope=\"row\">-Xmx<td>1g<td>fanout\n"), html);
    assertTrue(html.contains("<th scope=\"row\">JDK<td>25.0.1+8-LTS<td>fanout<"), html);
  }

  @Test
  void expansionsShouldHaveAPlotBehindThatOfTheLag() throws Exception {
    assertFalse(html(Sample.small().report()).contains("Expansions"));
    Sample sample = Sample.small();
    Map<String, Gauge> gauges = Map.of(Watched.EXPANSIONS, Sample.gauge(1, 7));
    sample.processes.add(new Watched("other", "", "", Map.of(), Map.of(), gauges));

    String html = html(sample.report());

    int lag = html.indexOf("Lag, records");
    int expansions = html.indexOf("Expansions under way, copies of group sends");
    assertTrue(0 < lag && lag < expansions, html);
  }

  @Test
  void anEmptyRunShouldHaveAPage() throws Exception {
    String html = html(new Sample().report());

    assertTrue(html.contains("nothing was offered"), html);
    assertFalse(html.contains("NaN"), html);
  }

  @Test
  void oneSecondShouldHaveAPageOfPoints() throws Exception {
    String html = html(Sample.full(1).report());

    assertTrue(html.contains("h0\"/>"), html);
    assertFalse(html.contains("NaN"), html);
  }

  @Test
  void violationsShouldBeShownWithExamples() throws Exception {
    Sample sample = Sample.small();
    sample.violations.put("lost", new Violation(3, List.of("u1 m-77")));

    String html = html(sample.report());

    assertTrue(html.contains("FAILED: one kind of violation"), html);
    assertTrue(html.contains("lost: 3</p>\n<ul><li>u1 m-77</ul>"), html);
  }

  private static int count(String text, String what) {
    return text.split(Pattern.quote(what), -1).length - 1;
  }

  private static String html(Report report) throws IOException {
    StringBuilder out = new StringBuilder();
    HtmlReport.write(report, out);
    return out.toString();
  }
}
