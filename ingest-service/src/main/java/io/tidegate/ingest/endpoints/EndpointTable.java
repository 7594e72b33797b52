package io.tidegate.ingest.endpoints;

import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.ingest.publish.TableFeed;

/**
 * The endpoints of all tenants as far as their topic has been read.
 *
 * @param feed feeds {@code known}; closed with this
 */
public record EndpointTable(Endpoints known, TableFeed feed) implements AutoCloseable {
  @Override
  public void close() {
    feed.close();
  }
}
