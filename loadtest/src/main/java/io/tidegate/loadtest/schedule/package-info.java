/** When each message is due and whom it is for, settled before the first is sent. Pure. */
@NullMarked
package io.tidegate.loadtest.schedule;

import org.jspecify.annotations.NullMarked;
