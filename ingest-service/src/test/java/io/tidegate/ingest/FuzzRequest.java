package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request as {@code strangers/fuzz} makes it, and as it goes over the wire. Text is a byte a
 * character.
 *
 * @param operation of the contract that it is made for
 * @param statuses what may be answered; null: a refusal, or what the contract allows
 * @param fault what is wrong with it; null: nothing
 * @param body as it is sent, packed and perhaps damaged
 * @param endsEarly whether less comes than is announced
 */
record FuzzRequest(
    String operation,
    String method,
    String target,
    List<Map.Entry<String, String>> headers,
    @Nullable List<Integer> statuses,
    @Nullable String fault,
    byte[] body,
    byte[] wire,
    boolean endsEarly) {

  /** The most of a request that a report shows. */
  private static final int MOST_SHOWN = 3_000;

  /** What the generator writes where a number has to stand. */
  private static final String NUMBER = "@@@@@@@@";

  /**
   * @param json as the generator wrote it
   * @param number of the request, for keys that no two requests may share by chance
   * @param service that it goes to
   */
  static FuzzRequest of(JsonNode json, int number, FuzzService service) {
    byte[] packed = packed(json);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    if (!json.has("host")) {
      headers.add(Map.entry("Host", "127.0.0.1:" + service.port()));
    } else if (!json.get("host").isNull()) {
      headers.add(Map.entry("Host", json.get("host").stringValue()));
    }
    for (String shown : service.shown(json.get("auth").stringValue())) {
      headers.add(Map.entry("Authorization", shown));
    }
    for (JsonNode header : json.get("headers")) {
      String value = header.get(1).stringValue().replace(NUMBER, "%08x".formatted(number));
      headers.add(Map.entry(header.get(0).stringValue(), value));
    }
    if (!json.path("pack").isMissingNode() && !json.get("pack").isNull()) {
      headers.add(Map.entry("Content-Encoding", json.get("pack").stringValue()));
    }
    byte[] framed = packed;
    String framing = json.get("framing").stringValue();
    switch (framing) {
      case "chunked" -> {
        headers.add(Map.entry("Transfer-Encoding", "chunked"));
        framed = chunked(packed);
      }
      case "bad-chunks" -> {
        headers.add(Map.entry("Transfer-Encoding", "chunked"));
        framed = "zz\r\nno chunk\r\n0\r\n\r\n".getBytes(ISO_8859_1);
      }
      case "coded" -> {
        headers.add(Map.entry("Transfer-Encoding", json.get("coding").stringValue()));
        framed = chunked(packed);
      }
      case "two-lengths" -> {
        headers.add(Map.entry("Content-Length", Integer.toString(packed.length)));
        headers.add(Map.entry("Content-Length", Integer.toString(packed.length + 1)));
      }
      case "said" -> headers.add(Map.entry("Content-Length", json.get("length").stringValue()));
      case "short" ->
          headers.add(Map.entry("Content-Length", Integer.toString(packed.length + 10)));
      default -> {
        if (!json.get("body").isNull()) {
          headers.add(Map.entry("Content-Length", Integer.toString(packed.length)));
        }
      }
    }
    String method = json.get("method").stringValue();
    String target = json.get("target").stringValue();
    return new FuzzRequest(
        json.get("operation").stringValue(),
        method,
        target,
        headers,
        statuses(json.path("statuses")),
        json.path("fault").stringValue(null),
        packed,
        wire(method, target, headers, framed),
        framing.equals("short"));
  }

  private static @Nullable List<Integer> statuses(JsonNode statuses) {
    return statuses.isArray() ? statuses.valueStream().map(JsonNode::intValue).toList() : null;
  }

  private static byte[] packed(JsonNode json) {
    if (json.get("body").isNull()) {
      return new byte[0];
    }
    byte[] plain = Base64.getDecoder().decode(json.get("body").stringValue());
    String with = json.path("pack").stringValue("");
    byte[] packed = with.isEmpty() ? plain : pack(with, plain);
    return switch (json.path("damage").stringValue("")) {
      case "cut" -> Arrays.copyOf(packed, packed.length * 2 / 3);
      case "trailed" -> joined(packed, "more".getBytes(ISO_8859_1));
      case "doubled" -> joined(packed, packed);
      case "flipped" -> {
        packed[packed.length / 2] ^= 0x10;
        yield packed;
      }
      default -> packed;
    };
  }

  private static byte[] pack(String with, byte[] plain) {
    if (with.equals("zstd")) {
      return Zstd.compress(plain);
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return packed.toByteArray();
  }

  /** Two chunks, so that something is put together again. */
  private static byte[] chunked(byte[] body) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    int half = body.length / 2;
    for (byte[] part :
        List.of(Arrays.copyOf(body, half), Arrays.copyOfRange(body, half, body.length))) {
      if (part.length > 0) {
        chunks.writeBytes((Integer.toHexString(part.length) + "\r\n").getBytes(ISO_8859_1));
        chunks.writeBytes(part);
        chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
      }
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
    return chunks.toByteArray();
  }

  private static byte[] wire(
      String method, String target, List<Map.Entry<String, String>> headers, byte[] framed) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    headers.forEach(header -> head.append(header.getKey() + ": " + header.getValue() + "\r\n"));
    return joined(head.append("\r\n").toString().getBytes(ISO_8859_1), framed);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** As the contract is asked about it. */
  ContractCheck.Request toCheck() {
    return new ContractCheck.Request(method, target, headers(headers), body);
  }

  /** Whether the connection can only be told to be good for another request by the answer. */
  boolean isOrderly() {
    return fault == null;
  }

  static HttpHeaders headers(List<Map.Entry<String, String>> headers) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : headers) {
      if (!header.getKey().isBlank()) {
        values
            .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(header.getValue());
      }
    }
    return HttpHeaders.of(values, (_, _) -> true);
  }

  /** The bytes that were sent, for {@code printf '…' | nc host port}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("printf '");
    for (int i = 0; i < Math.min(wire.length, MOST_SHOWN); i++) {
      char c = (char) (wire[i] & 0xff);
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '%' -> text.append("%%");
        case '\'', '\\' -> text.append("\\%03o".formatted((int) c));
        default -> text.append(c < ' ' || c > '~' ? "\\%03o".formatted((int) c) : c);
      }
    }
    return text + (wire.length > MOST_SHOWN ? "…" : "") + "'";
  }
}
