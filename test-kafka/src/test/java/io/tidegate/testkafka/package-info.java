/** Tests. */
@NullMarked
package io.tidegate.testkafka;

import org.jspecify.annotations.NullMarked;
