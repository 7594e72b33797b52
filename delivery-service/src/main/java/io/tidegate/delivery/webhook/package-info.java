/**
 * When which message is posted to an endpoint, and when none is: rules without sockets or clocks.
 */
@NullMarked
package io.tidegate.delivery.webhook;

import org.jspecify.annotations.NullMarked;
