package io.tidegate.fanout.recorded;

/**
 * Records of the range that were not rehearsed.
 *
 * @param toGroups for a group or everyone; who would get them is not rehearsed
 * @param otherPolicies for users who would not have the candidate
 * @param otherTenants for users of another tenant
 * @param duplicates of a message that came before, within the dedupe horizon
 * @param misplaced in another partition than their user's; fan-out has written them again
 * @param unreadable no message
 */
public record Skipped(
    long toGroups,
    long otherPolicies,
    long otherTenants,
    long duplicates,
    long misplaced,
    long unreadable) {

  /** Counts them. */
  static final class Counter {
    long toGroups;
    long otherPolicies;
    long otherTenants;
    long duplicates;
    long misplaced;
    long unreadable;

    Skipped skipped() {
      return new Skipped(toGroups, otherPolicies, otherTenants, duplicates, misplaced, unreadable);
    }
  }
}
