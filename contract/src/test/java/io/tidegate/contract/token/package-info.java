@NullMarked
package io.tidegate.contract.token;

import org.jspecify.annotations.NullMarked;
