@NullMarked
package io.tidegate.contract.webhook;

import org.jspecify.annotations.NullMarked;
