package io.tidegate.cli.demo;

import java.time.Instant;
import java.util.List;

/**
 * Something that happened: someone changed something in some areas.
 *
 * @param id unique within the feed
 * @param who the one who did it
 * @param areas what it touched; those who follow any of them are told
 */
record FeedEvent(String id, Instant time, String who, List<String> areas, int files) {}
