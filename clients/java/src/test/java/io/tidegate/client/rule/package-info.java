/** Tests of the rules. */
@NullMarked
package io.tidegate.client.rule;

import org.jspecify.annotations.NullMarked;
