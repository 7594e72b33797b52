/** Certificates for tests. */
@NullMarked
package io.tidegate.testtls;

import org.jspecify.annotations.NullMarked;
