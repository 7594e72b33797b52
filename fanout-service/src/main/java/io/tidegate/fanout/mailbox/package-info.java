/** What waits for a user and what is under way, in the orders they are needed in. */
@NullMarked
package io.tidegate.fanout.mailbox;

import org.jspecify.annotations.NullMarked;
