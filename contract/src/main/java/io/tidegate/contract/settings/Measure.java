package io.tidegate.contract.settings;

/**
 * A value of numbers and durations alone, so that anyone may be shown it. Its {@code toString} is
 * what a variable is set to it with.
 */
public interface Measure {}
