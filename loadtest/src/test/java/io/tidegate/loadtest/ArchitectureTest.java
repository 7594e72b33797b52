package io.tidegate.loadtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;

@AnalyzeClasses(
    packages = "io.tidegate.loadtest",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PURE = {
    "io.tidegate.loadtest.profile",
    "io.tidegate.loadtest.schedule",
    "io.tidegate.loadtest.ledger",
    "io.tidegate.loadtest.measure",
    "io.tidegate.loadtest.report",
    "io.tidegate.loadtest.capacity",
    "io.tidegate.loadtest.devices.rule",
    "io.tidegate.loadtest.devices.wire"
  };

  @ArchTest
  static final ArchRule rulesShouldKnowNoKafkaOrNetty =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.netty..");

  @ArchTest
  static final ArchRule rulesShouldKnowNoClockOrThread =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule packagesShouldHaveNoCycles =
      slices().matching("io.tidegate.loadtest.(*)..").should().beFreeOfCycles();
}
