/** What the services agree on: topics, headers, keys, the client protocol, error shapes. */
@NullMarked
package io.tidegate.contract;

import org.jspecify.annotations.NullMarked;
