package io.tidegate.cli;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.fanout.FanoutService;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.streams.KafkaStreams;

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

  /** Else one could be made that knows neither TLS nor login. */
  @ArchTest
  static final ArchRule ONLY_ONE_CLASS_MAKES_CLIENTS_OF_KAFKA =
      noClasses()
          .that()
          .doNotBelongToAnyOf(KafkaClients.class)
          .should()
          .callConstructorWhere(
              target(owner(assignableTo(KafkaConsumer.class)))
                  .or(target(owner(assignableTo(KafkaProducer.class))))
                  .or(target(owner(assignableTo(Admin.class)))))
          .orShould()
          .callMethodWhere(target(name("create")).and(target(owner(assignableTo(Admin.class)))));

  /** Whose settings are tested to reach each of its clients. */
  @ArchTest
  static final ArchRule ONLY_FANOUT_MAKES_STREAMS =
      noClasses()
          .that()
          .doNotBelongToAnyOf(FanoutService.class)
          .should()
          .callConstructorWhere(target(owner(assignableTo(KafkaStreams.class))));

  @ArchTest
  static final ArchRule STREAMS_TAKE_THE_SAME_WAY =
      classes()
          .that()
          .haveSimpleName("StreamsProperties")
          .should()
          .callMethod(KafkaAccess.class, "with", Map.class);
}
