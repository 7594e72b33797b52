/**
 * A seeded, single-threaded simulation of the whole pipeline around the real sequencer: a fake
 * Kafka, fan-out processes, workers, devices and applications that fail in every way they are
 * allowed to.
 */
@NullMarked
package io.tidegate.fanout.simulation;

import org.jspecify.annotations.NullMarked;
