package io.tidegate.cli.loadtest;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.SigningKeys;
import io.tidegate.loadtest.devices.FleetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tokens of devices, each signed when its device says hello. */
final class DeviceTokens {
  private static final Duration LIFE = Duration.ofHours(24);

  private DeviceTokens() {}

  /**
   * @param file null: devices show none
   * @throws StartupException naming the file and the reason
   */
  static FleetSettings.@Nullable TokenSource from(@Nullable Path file, String tenant)
      throws StartupException {
    if (file == null) {
      return null;
    }
    SigningKeys keys;
    try {
      keys = new SigningKeyFile(file).read();
    } catch (IOException e) {
      throw new StartupException("--token-keys: " + file + ": " + e.getMessage(), e);
    }
    if (keys == null) {
      throw new StartupException("--token-keys: there is no file " + file);
    }
    return (user, device) ->
        keys.issue(new UserKey(tenant, user), device, LIFE, System.currentTimeMillis()).text();
  }
}
