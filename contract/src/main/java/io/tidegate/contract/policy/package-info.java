/** How fast and when a user is sent messages: policies, and their JSON. */
@NullMarked
package io.tidegate.contract.policy;

import org.jspecify.annotations.NullMarked;
