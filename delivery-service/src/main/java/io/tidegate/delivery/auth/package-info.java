/** Who may say what in a hello: whose session it is, and until when. */
@NullMarked
package io.tidegate.delivery.auth;

import org.jspecify.annotations.NullMarked;
