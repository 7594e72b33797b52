/** Tests. */
@NullMarked
package io.tidegate.cli.broker;

import org.jspecify.annotations.NullMarked;
