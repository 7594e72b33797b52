/** Who is in which group, and messages for many on their way to each of them. */
@NullMarked
package io.tidegate.fanout.group;

import org.jspecify.annotations.NullMarked;
