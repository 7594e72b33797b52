/** Inbox records decoded into commands whose frames are encoded already. */
@NullMarked
package io.tidegate.delivery.inbox;

import org.jspecify.annotations.NullMarked;
