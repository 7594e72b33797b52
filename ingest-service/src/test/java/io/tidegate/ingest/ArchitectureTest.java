package io.tidegate.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

@AnalyzeClasses(
    packages = "io.tidegate.ingest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule MESSAGE_KNOWS_ONLY_THE_CONTRACT_AND_JSON =
      classes()
          .that()
          .resideInAPackage("..ingest.message")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.ingest.message",
              "io.tidegate.contract",
              "io.tidegate.contract.webhook",
              "tools.jackson.core..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule ADMISSION_KNOWS_NOBODY =
      classes()
          .that()
          .resideInAPackage("..ingest.admission")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.tidegate.ingest.admission", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule QUOTA_KNOWS_ONLY_THE_CONTRACT_AND_ADMISSION =
      classes()
          .that()
          .resideInAPackage("..ingest.quota")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.ingest.quota",
              "io.tidegate.ingest.admission",
              "io.tidegate.contract..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule IDEMPOTENCY_KNOWS_NOBODY =
      classes()
          .that()
          .resideInAPackage("..ingest.idempotency")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.tidegate.ingest.idempotency", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule LAG_KNOWS_NOBODY =
      classes()
          .that()
          .resideInAPackage("..ingest.lag")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.tidegate.ingest.lag", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule HTTP2_KNOWS_NOBODY =
      classes()
          .that()
          .resideInAPackage("..ingest.http2")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.ingest.http2", "io.tidegate.contract.http2", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule ONLY_CONNECTION_KNOWS_NETTY =
      noClasses()
          .that()
          .resideOutsideOfPackage("..ingest.connection")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule ENCODING_KNOWS_ONLY_STREAMS_AND_ADMISSION =
      classes()
          .that()
          .resideInAPackage("..ingest.encoding")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.ingest.encoding",
              "io.tidegate.ingest.admission",
              "com.github.luben.zstd..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule REFERENCE_KNOWS_ONLY_THE_CONTRACT =
      classes()
          .that()
          .resideInAPackage("..ingest.reference")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.ingest.reference",
              "org.snakeyaml.engine..",
              "tools.jackson..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule PURE_PACKAGES_HAVE_NO_CLOCK_AND_NO_THREAD =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..ingest.message",
              "..ingest.admission",
              "..ingest.quota",
              "..ingest.idempotency",
              "..ingest.http2",
              "..ingest.lag")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(InstantSource.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule ONLY_PUBLISH_AND_THE_START_KNOW_KAFKA_CLIENTS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.tidegate.ingest", "..ingest.publish")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.clients..");

  @ArchTest
  static final ArchRule ONLY_HTTP_AND_CONNECTION_KNOW_HELIDON =
      noClasses()
          .that()
          .resideOutsideOfPackages("..ingest.http", "..ingest.connection")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.tidegate.ingest.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOTHING_POINTS_BACK_TO_THE_START =
      noClasses()
          .that()
          .resideInAPackage("io.tidegate.ingest.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tidegate.ingest");

  @ArchTest
  static final ArchRule SERVICES_DO_NOT_SEE_EACH_OTHER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tidegate.fanout..", "io.tidegate.delivery..", "io.tidegate.cli..");
}
