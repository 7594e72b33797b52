package io.tidegate.ingest.quota;

/**
 * Something is more than a quota allows.
 *
 * @param limited which quota
 * @param allowed as it is set; of a share, in percent, of what one tenant may have alone
 * @param waitNanos of a rate: when what was refused would conform, or a burst of it; else 0
 * @param forGood of bytes: what one request holds alone is more than may be, so that waiting does
 *     not help
 */
public record Excess(Limited limited, String allowed, long waitNanos, boolean forGood) {}
