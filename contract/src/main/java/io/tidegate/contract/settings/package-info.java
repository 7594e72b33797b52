/** How services are told their settings: read from environment variables, and held to bounds. */
@NullMarked
package io.tidegate.contract.settings;

import org.jspecify.annotations.NullMarked;
