/** Signed tokens (RFC 7519): whose they are, whether they are good, and how ours are made. */
@NullMarked
package io.tidegate.contract.token;

import org.jspecify.annotations.NullMarked;
