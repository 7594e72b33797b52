/** What a run is: its phases, its receivers, its devices, as a small YAML file says it. Pure. */
@NullMarked
package io.tidegate.loadtest.profile;

import org.jspecify.annotations.NullMarked;
