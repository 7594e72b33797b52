package io.tidegate.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class MessagesSvgTest {
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
