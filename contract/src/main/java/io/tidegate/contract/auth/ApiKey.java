package io.tidegate.contract.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API key as its holder has it, {@code tgk_ID_SECRET}: 12 characters by which it is found and
 * spoken of, and 256 random bits. Only a hash of it is ever kept, and {@link #toString} tells no
 * secret. With that many random bits a hash that takes no time is as good as a slow one.
 */
public final class ApiKey {
  private static final Pattern SYNTAX = Pattern.compile("tgk_([a-z0-9]{12})_[A-Za-z0-9_-]{43}");
  private static final int SECRET_BYTES = 32;
  private static final String BEGINNING = "tgk_";
  private static final int ID_CHARS = 12;
  private static final String ID_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final String id;
  private final String text;

  private ApiKey(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** A new one. */
  public static ApiKey random(SecureRandom random) {
    StringBuilder id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(ID_DIGITS.charAt(random.nextInt(ID_DIGITS.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String text =
        BEGINNING + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new ApiKey(id.toString(), text);
  }

  /** Whether that can be nothing else, be it right or wrong. */
  static boolean isMeant(String text) {
    return text.startsWith(BEGINNING);
  }

  /**
   * @throws IllegalArgumentException if it does not look like one; says nothing of the text
   */
  public static ApiKey parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("want a key such as tgk_ID_SECRET");
    }
    return new ApiKey(matcher.group(1), text);
  }

  /**
   * @throws IllegalArgumentException if no key has such an id
   */
  public static String requireId(String id) {
    if (id.length() != ID_CHARS || !id.chars().allMatch(c -> ID_DIGITS.indexOf(c) >= 0)) {
      throw new IllegalArgumentException("id: want 12 of [a-z0-9]");
    }
    return id;
  }

  public String id() {
    return id;
  }

  /** All of it, for its holder's eyes only. */
  public String text() {
    return text;
  }

  byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  @Override
  public String toString() {
    return BEGINNING + id + "_…";
  }
}
