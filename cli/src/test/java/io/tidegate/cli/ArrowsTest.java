package io.tidegate.cli;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module may know which: nothing points back, and the services never see each other. */
@AnalyzeClasses(packages = "io.tidegate", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArrowsTest {
  @ArchTest
  static final ArchRule ARROWS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.tidegate..")
          .layer("contract")
          .definedBy("io.tidegate.contract..")
          .layer("ingest")
          .definedBy("io.tidegate.ingest..")
          .layer("fanout")
          .definedBy("io.tidegate.fanout..")
          .layer("delivery")
          .definedBy("io.tidegate.delivery..")
          .layer("loadtest")
          .definedBy("io.tidegate.loadtest..")
          .layer("cli")
          .definedBy("io.tidegate.cli..")
          .whereLayer("contract")
          .mayNotAccessAnyLayer()
          .whereLayer("ingest")
          .mayOnlyAccessLayers("contract")
          .whereLayer("fanout")
          .mayOnlyAccessLayers("contract")
          .whereLayer("delivery")
          .mayOnlyAccessLayers("contract")
          .whereLayer("loadtest")
          .mayOnlyAccessLayers("contract")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule FANOUT_HAS_NO_CYCLES =
      slices().matching("io.tidegate.fanout.(*)..").should().beFreeOfCycles();
}
