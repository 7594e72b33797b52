@NullMarked
package io.tidegate.cli.loadtest;

import org.jspecify.annotations.NullMarked;
