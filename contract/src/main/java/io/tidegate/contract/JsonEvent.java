package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One CloudEvent of CloudEvents' JSON format 1.0.2, as everyone here reads it: the attributes that
 * are ours to read, each once and a string, and the data. What an attribute may say, and how long
 * it may be, is up to who asks. Other attributes (<i>extensions</i>) are left out.
 *
 * <p>What is wrong with one attribute keeps nobody from reading the others, so that an event that
 * is refused can be named.
 */
public final class JsonEvent {
  public static final String DATA = "data";
  public static final String DATA_BASE64 = "data_base64";
  public static final String DATA_CONTENT_TYPE = "datacontenttype";

  /** As many as an event may have, its data among them. */
  public static final int MAX_ATTRIBUTES = 64;

  private static final int MAX_NAME_CHARS = 64;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1," + MAX_NAME_CHARS + "}");

  private final Map<String, String> attributes = new LinkedHashMap<>();
  private MediaType type = MediaType.JSON;
  private byte @Nullable [] data;
  private @Nullable String dataText;
  private byte @Nullable [] bytes;

  /** What is wrong with the first attribute that something is wrong with. */
  private @Nullable MalformedEventException fault;

  private final Set<String> faulty = new HashSet<>();

  private JsonEvent() {}

  /**
   * Reads the one object that the whole text is.
   *
   * @param json of {@code text}, from {@code offset} on, at its beginning; its errors and its
   *     limits are the caller's. It must count bytes, and guess no encoding
   * @param text UTF-8; not changed and not kept
   * @throws MalformedEventException if it is JSON and not one object; for what is in that see
   *     {@link #requireGood}
   */
  public static JsonEvent read(JsonParser json, byte[] text, int offset)
      throws MalformedEventException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedEventException(null, "want an object");
    }
    JsonEvent event = new JsonEvent();
    Set<String> seen = new HashSet<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      try {
        if (!seen.add(name)) {
          throw new MalformedEventException(LineText.quotable(name), "stands there twice");
        }
        if (seen.size() > MAX_ATTRIBUTES) {
          throw new MalformedEventException(
              LineText.quotable(name), "more than " + MAX_ATTRIBUTES + " attributes");
        }
        event.field(name, value, json, text, offset);
      } catch (MalformedEventException e) {
        event.fault(name, e);
        json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw new MalformedEventException(null, "something follows the object");
    }
    return event;
  }

  /**
   * @throws MalformedEventException if no attribute of an event may have this name (CloudEvents
   *     1.0.2, "Naming conventions")
   */
  public static void requireName(String name) throws MalformedEventException {
    if (name.equals(DATA) || !NAME.matcher(name).matches()) {
      throw new MalformedEventException(
          LineText.quotable(name),
          "no attribute's name: want 1 to " + MAX_NAME_CHARS + " of [a-z0-9], not data");
    }
  }

  private void field(
      String name, @Nullable JsonToken value, JsonParser json, byte[] text, int offset)
      throws MalformedEventException {
    if (name.equals(DATA)) {
      dataText = value == JsonToken.VALUE_STRING ? json.getString() : null;
      data = verbatim(value, json, text, offset);
      return;
    }
    boolean known = CloudEventHeaders.BY_ATTRIBUTE.containsKey(name);
    if (!known && !name.equals(DATA_BASE64)) {
      requireName(name);
      if (value != null && value.isStructStart()) {
        throw new MalformedEventException(name, "want a string, a number, true or false");
      }
      return;
    }
    if (value == JsonToken.VALUE_NULL) {
      return; // As if it did not stand there, says the JSON format in section 2.2 of attributes.
    }
    if (value != JsonToken.VALUE_STRING) {
      throw new MalformedEventException(name, "want a string, got " + word(value));
    }
    if (!known) {
      bytes = base64(json.getString());
      return;
    }
    String words = json.getString();
    if (name.equals(DATA_CONTENT_TYPE)) {
      type = MediaType.ofData(name, words);
    }
    String fault = LineText.fault(words);
    if (fault != null) {
      throw new MalformedEventException(name, fault);
    }
    attributes.put(name, words);
  }

  private void fault(String name, MalformedEventException why) {
    fault = fault == null ? why : fault;
    faulty.add(name);
    attributes.remove(name);
  }

  /** The bytes of any value in {@code text}, from its first to its last character. */
  public static byte[] verbatim(
      @Nullable JsonToken value, JsonParser json, byte[] text, int offset) {
    int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (value != null && value.isStructStart()) {
      json.skipChildren();
    } else {
      json.finishToken();
    }
    int end = Math.toIntExact(json.currentLocation().getByteOffset());
    return Arrays.copyOfRange(text, offset + start, offset + end);
  }

  private static byte[] base64(String text) throws MalformedEventException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedEventException(DATA_BASE64, "not base64");
    }
  }

  /**
   * @throws MalformedEventException if something is wrong with an attribute or with where the data
   *     stands
   */
  public void requireGood() throws MalformedEventException {
    if (fault != null) {
      throw fault;
    }
  }

  /** Whether this attribute is there and cannot be read. */
  public boolean isFaulty(String name) {
    return faulty.contains(name);
  }

  /**
   * What the attributes say that are {@link CloudEventHeaders#BY_ATTRIBUTE}, in their order,
   * without those that something is wrong with.
   */
  public Map<String, String> attributes() {
    return Collections.unmodifiableMap(attributes);
  }

  /** Where the data stands: {@link #DATA} or {@link #DATA_BASE64}. */
  public String dataName() {
    return bytes == null ? DATA : DATA_BASE64;
  }

  /**
   * The data: of {@link #DATA_BASE64} what it stands for, whatever its type says; JSON byte for
   * byte as it stands; other text in UTF-8; nothing where there is none.
   *
   * @throws MalformedEventException if the event is not good, or the data contradicts its type, or
   *     there are two
   */
  public byte[] payload() throws MalformedEventException {
    requireGood();
    if (bytes != null) {
      if (data != null) {
        throw new MalformedEventException(DATA_BASE64, "stands beside data; want one of the two");
      }
      return bytes;
    }
    if (data == null) {
      return new byte[0];
    }
    if (type.isJson()) {
      return data;
    }
    if (dataText == null) {
      throw new MalformedEventException(
          DATA, "want a string, since datacontenttype is not JSON; bytes go into data_base64");
    }
    byte[] utf8 = utf8(dataText);
    if (!type.covers(utf8)) {
      throw new MalformedEventException(
          DATA, "is UTF-8, which datacontenttype says it is not; bytes go into data_base64");
    }
    return utf8;
  }

  private static byte[] utf8(String text) throws MalformedEventException {
    try {
      ByteBuffer utf8 = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] encoded = new byte[utf8.remaining()];
      utf8.get(encoded);
      return encoded;
    } catch (CharacterCodingException e) {
      throw new MalformedEventException(DATA, "has half a surrogate pair");
    }
  }

  private static String word(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case null, default -> "nothing";
    };
  }
}
