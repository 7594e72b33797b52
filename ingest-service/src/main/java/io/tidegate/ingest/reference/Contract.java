package io.tidegate.ingest.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/openapi.yaml}, which the build puts beside this class: the one contract there is. */
public final class Contract {
  private static final String FILE = "openapi.yaml";

  /** The library stops at 50, for documents of strangers. */
  private static final int MAX_ALIASES = 1000;

  private final byte[] yaml;

  private Contract(byte[] yaml) {
    this.yaml = yaml;
  }

  public static Contract load() {
    return new Contract(bytes(FILE));
  }

  /** Byte for byte the file. */
  public byte[] yaml() {
    return yaml.clone();
  }

  /** What the file says, with its anchors resolved; references are left as they are. */
  public JsonNode tree() {
    LoadSettings settings =
        LoadSettings.builder().setLabel(FILE).setMaxAliasesForCollections(MAX_ALIASES).build();
    Object tree = new Load(settings).loadFromString(new String(yaml, StandardCharsets.UTF_8));
    return JsonMapper.shared().valueToTree(tree);
  }

  static byte[] bytes(String file) {
    try (InputStream in = Contract.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("this build has no " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
