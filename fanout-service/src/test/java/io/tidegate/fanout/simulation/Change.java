package io.tidegate.fanout.simulation;

import org.jspecify.annotations.Nullable;

/** A record of a changelog; no value: the key is gone. */
record Change(byte[] key, byte @Nullable [] value) {}
