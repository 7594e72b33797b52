package io.tidegate.ingest.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.http2.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerDecoderTest {
  /** Heads and ends as words, and the pieces of a body as one. */
  private static final class Told implements AnswerSink {
    private final List<String> heads = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private int ends;

    @Override
    public void head(int status, List<Field> fields, boolean end) {
      heads.add(status + " " + fields);
      ends += end ? 1 : 0;
    }

    @Override
    public void body(byte[] bytes, int offset, int length, boolean end) {
      body.append(new String(bytes, offset, length, ISO_8859_1));
      ends += end ? 1 : 0;
    }
  }

  private static Told told(String answer, boolean toHead, int piece) {
    Told told = new Told();
    AnswerDecoder decoder = new AnswerDecoder(toHead, told);
    byte[] bytes = answer.getBytes(ISO_8859_1);
    for (int at = 0; at < bytes.length; at += piece) {
      decoder.write(bytes, at, Math.min(piece, bytes.length - at));
    }
    assertThat(decoder.isComplete()).isEqualTo(told.ends == 1);
    return told;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void bodyOfALength(int piece) {
    Told told =
        told(
            "HTTP/1.1 202 Accepted\r\nDate: now\r\nConnection: keep-alive\r\n"
                + "Content-Length: 5\r\n\r\nhello",
            false,
            piece);
    assertThat(told.heads)
        .containsExactly(
            "202 " + List.of(new Field("date", "now"), new Field("content-length", "5")));
    assertThat(told.body.toString()).isEqualTo("hello");
    assertThat(told.ends).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void bodyInChunks(int piece) {
    Told told =
        told(
            String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "transfer-encoding: chunked",
                "",
                "5",
                "hello",
                "B;x=y",
                ", you",
                "ther",
                "1",
                "e",
                "0",
                "Trailer: x",
                "",
                ""),
            false,
            piece);
    assertThat(told.heads).containsExactly("200 []");
    assertThat(told.body.toString()).isEqualTo("hello, you\r\nthere");
    assertThat(told.ends).isOne();
  }

  @Test
  void noBody() {
    for (String answer :
        List.of(
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(told(answer, false, 10).ends).as(answer).isOne();
    }
    assertThat(told("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", false, 10).heads)
        .containsExactly("204 []");
    Told head = told("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", true, 10);
    assertThat(head.ends).isOne();
    assertThat(head.heads).containsExactly("200 " + List.of(new Field("content-length", "7")));
  }

  @Test
  void interimAnswerIsFollowedByAnother() {
    Told told =
        told(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            false,
            9);
    assertThat(told.heads).hasSize(2).first().isEqualTo("100 []");
    assertThat(told.body.toString()).isEqualTo("ok");
    assertThat(told.ends).isOne();
  }

  @Test
  void whatFollowsIsDropped() {
    Told told =
        told("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 400 No\r\n\r\n", false, 9);
    assertThat(told.heads).hasSize(1);
    assertThat(told.body.toString()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200\r\n",
        "HTTP/1.1 2\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
      })
  void nothingWeWrite(String answer) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> told(answer, false, 100));
  }

  @Test
  void lineWithoutAnEnd() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> told("HTTP/1.1 " + "x".repeat(20_000), false, 100));
  }
}
