/** What tests of services' settings have in common. */
@NullMarked
package io.tidegate.testsettings;

import org.jspecify.annotations.NullMarked;
