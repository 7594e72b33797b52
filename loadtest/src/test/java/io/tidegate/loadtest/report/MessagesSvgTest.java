package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class MessagesSvgTest {
  @Test
  void aBurstShouldNotFlattenWhatBecomesOfIt() throws Exception {
    Sample sample = Sample.small();
    sample.series =
        new Series(
            List.of(1_000_000L, 0L),
            List.of(100_000L, 900L),
            List.of(),
            List.of(9_000L, 9_000L),
            List.of(),
            List.of());
    StringBuilder out = new StringBuilder();
    MessagesSvg.write(sample.report(), out);
    StringBuilder page = new StringBuilder();
    HtmlReport.write(sample.report(), page);

    assertTrue(out.toString().contains(">offered is cut: up to 1,000,000</text>"), out.toString());
    assertTrue(out.toString().contains(">100 k</text>"), out.toString());
    assertFalse(out.toString().contains("M</text>"), out.toString());
    assertTrue(page.toString().contains("Messages a second (offered is cut: up to 1,000,000)"));
    // Nothing is drawn above the plot.
    assertFalse(out.toString().matches("(?s).*d=\"M\\d+ -.*"), out.toString());
  }

  @Test
  void aPlotShouldBeAFileOfItsOwn() throws Exception {
    Sample sample = Sample.small();
    sample.name = "a < b & \"c\"";
    StringBuilder out = new StringBuilder();
    MessagesSvg.write(sample.report(), out);

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document svg =
        factory
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(out.toString().getBytes(StandardCharsets.UTF_8)));
    assertEquals("http://www.w3.org/2000/svg", svg.getDocumentElement().getNamespaceURI());
    assertEquals("0 0 1440 640", svg.getDocumentElement().getAttribute("viewBox"));
    assertTrue(svg.getDocumentElement().getTextContent().contains("a < b & \"c\""));
    for (String name : new String[] {"offered", "accepted", "pushed", "acked", "refused"}) {
      assertTrue(out.toString().contains(">" + name + "</text>"), name);
    }
    assertFalse(out.toString().contains("url("));
  }
}
