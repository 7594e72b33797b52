package io.tidegate.contract.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.keys.TenantRecord;

/** What is set for tenants, as it lies on {@code tidegate.keys} beside the keys. */
public final class TenantQuotas {
  private static final String PREFIX = "tenant/";

  private TenantQuotas() {}

  /** The key of a tenant's record; no API key has such an id. */
  public static byte[] key(String tenant) {
    UserKey.requireTenant(tenant);
    return (PREFIX + tenant).getBytes(UTF_8);
  }

  public static byte[] toBytes(Quota quota) {
    return TenantRecord.newBuilder().setQuota(quota.toRecord()).build().toByteArray();
  }

  static boolean isKey(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * @throws IllegalArgumentException if it cannot be a tenant
   */
  static String tenant(String key) {
    String tenant = key.substring(PREFIX.length());
    UserKey.requireTenant(tenant);
    return tenant;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Quota parse(byte[] value) {
    try {
      return Quota.of(TenantRecord.parseFrom(value).getQuota());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: not a tenant's quota", e);
    }
  }
}
