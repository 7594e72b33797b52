@NullMarked
package io.tidegate.contract.policy;

import org.jspecify.annotations.NullMarked;
