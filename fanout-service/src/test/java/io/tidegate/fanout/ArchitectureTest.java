package io.tidegate.fanout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.tidegate.fanout.policy.PolicyBook;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String[] CORE = {
    "io.tidegate.fanout.sequencer..",
    "io.tidegate.fanout.mailbox..",
    "io.tidegate.fanout.dedupe..",
    "io.tidegate.fanout.group..",
    "io.tidegate.fanout.pace..",
    "io.tidegate.fanout.policy..",
    "io.tidegate.fanout.rehearsal..",
    "io.tidegate.fanout.store.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.tidegate.fanout");

  @Test
  void coreShouldKnowNoKafkaNoHttpAndNoLog() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "io.helidon..",
            "io.micrometer..",
            "org.slf4j..",
            "java.io..",
            "java.net..")
        .check(CLASSES);
  }

  /** But for the policies, which another thread changes while the core reads them. */
  @Test
  void coreShouldKnowOneThread() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .and()
        .areNotAssignableTo(PolicyBook.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..")
        .check(CLASSES);
  }

  @Test
  void coreShouldKnowNothingOfTheShell() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.tidegate.fanout",
            "io.tidegate.fanout.topology..",
            "io.tidegate.fanout.statestore..",
            "io.tidegate.fanout.record..",
            "io.tidegate.fanout.metrics..",
            "io.tidegate.fanout.recorded..",
            "io.tidegate.fanout.inspection..")
        .check(CLASSES);
  }

  @Test
  void coreShouldHaveNoClockAndNoChance() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .check(CLASSES);
  }

  @Test
  void packagesShouldHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("io.tidegate.fanout.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
