package io.tidegate.testkafka;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints what {@link ContainerKafka} tells JUnit, in a process of its own. */
final class PrintCondition {
  private PrintCondition() {}

  @SuppressWarnings("NullAway") // The condition is the same in every context.
  public static void main(String[] args) {
    ExtensionContext any = null;
    ConditionEvaluationResult result = new ContainerKafka().evaluateExecutionCondition(any);
    System.out.println(
        (result.isDisabled() ? "disabled: " : "enabled: ") + result.getReason().orElse(""));
    System.exit(0);
  }
}
