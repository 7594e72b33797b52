package io.tidegate.delivery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;

@AnalyzeClasses(
    packages = "io.tidegate.delivery",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PURE = {
    "io.tidegate.delivery.frame",
    "io.tidegate.delivery.session",
    "io.tidegate.delivery.slot",
    "io.tidegate.delivery.ack",
    "io.tidegate.delivery.auth",
    "io.tidegate.delivery.inbox",
    "io.tidegate.delivery.pace",
    "io.tidegate.delivery.webhook"
  };

  @ArchTest
  static final ArchRule rulesShouldKnowNoKafkaNettyLoggerOrMeter =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.netty..", "org.slf4j..", "io.micrometer..");

  @ArchTest
  static final ArchRule rulesShouldKnowNoClockThreadOrChance =
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
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class);

  @ArchTest
  static final ArchRule onlyTheKafkaShellShouldKnowKafka =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tidegate.delivery.kafka")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule onlyTheSocketShellsShouldKnowNetty =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.tidegate.delivery.connection", "io.tidegate.delivery.outgoing")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule packagesShouldHaveNoCycles =
      slices().matching("io.tidegate.delivery.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingShouldPointBackAtTheService =
      noClasses()
          .that()
          .resideInAPackage("io.tidegate.delivery.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tidegate.delivery");
}
