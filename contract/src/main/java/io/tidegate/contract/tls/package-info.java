/** TLS from PEM files: what a port shows, whom it lets in, and how both change while it is open. */
@NullMarked
package io.tidegate.contract.tls;

import org.jspecify.annotations.NullMarked;
