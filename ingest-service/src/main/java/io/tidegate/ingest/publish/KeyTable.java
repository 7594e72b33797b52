package io.tidegate.ingest.publish;

import io.tidegate.contract.auth.Keyring;

/**
 * The API keys that are known, and how far their topic has been read.
 *
 * @param feed feeds the keyring
 */
public record KeyTable(Keyring keyring, TableFeed feed) {}
