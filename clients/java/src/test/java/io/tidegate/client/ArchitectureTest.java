package io.tidegate.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.tidegate.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] PURE = {"io.tidegate.client.rule", "io.tidegate.client.protocol"};

  @ArchTest
  static final ArchRule rulesShouldKnowNoSocketThreadClockOrChance =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "java.nio.file..", "java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.random.RandomGenerator.class)
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule onlyLinksAndWhoMakesThemShouldKnowTheHttpClient =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tidegate.client.link")
          .and()
          .doNotHaveSimpleName("Tidegate")
          .and()
          .doNotHaveSimpleName("TidegateBuilder")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..");

  @ArchTest
  static final ArchRule onlyTheLoopShouldKnowTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tidegate.client.loop")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule packagesShouldHaveNoCycles =
      slices().matching("io.tidegate.client.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingShouldPointBackAtTheClient =
      noClasses()
          .that()
          .resideInAPackage("io.tidegate.client.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tidegate.client");
}
