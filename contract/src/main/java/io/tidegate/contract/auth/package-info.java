/** Who may do what: API keys, what they allow, and whether one that is shown is good. */
@NullMarked
package io.tidegate.contract.auth;

import org.jspecify.annotations.NullMarked;
