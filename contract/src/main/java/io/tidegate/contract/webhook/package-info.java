/** Users and groups that are URLs: what an endpoint is, whom it may be, and how it is signed. */
@NullMarked
package io.tidegate.contract.webhook;

import org.jspecify.annotations.NullMarked;
