@NullMarked
package io.tidegate.contract.kafka;

import org.jspecify.annotations.NullMarked;
