package dev.jxl.xld;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which room of xld may look into which. */
@AnalyzeClasses(packages = "dev.jxl.xld", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule xenLibraries_onlyBehindHostXen = noClasses()
            .that(not(resideInAPackage("dev.jxl.xld.host.xen..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.jxl.xenctrl..")
            .because("everything above the ports runs on the simulator too");

    @ArchTest
    static final ArchRule xenstore_onlyWhereItsNodesMeanSomething = noClasses()
            .that(not(resideInAnyPackage(
                    "dev.jxl.xld.host..", "dev.jxl.xld.plan..", "dev.jxl.xld.engine..", "dev.jxl.xld.doctor..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.jxl.xenstore..");

    @ArchTest
    static final ArchRule storeInMemory_onlyInTheSimulator = noClasses()
            .that(not(resideInAPackage("dev.jxl.xld.host.sim..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.jxl.xenstore.memory..");

    @ArchTest
    static final ArchRule storeOnTheWire_onlyInHostXen = noClasses()
            .that(not(resideInAPackage("dev.jxl.xld.host.xen..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.jxl.xenstore.wire..");

    @ArchTest
    static final ArchRule api_knowsOnlyTheConfiguration = classes()
            .that()
            .resideInAPackage("dev.jxl.xld.api..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.jxl.config..", "dev.jxl.xld.api..");

    @ArchTest
    static final ArchRule model_isPure = classes()
            .that()
            .resideInAPackage("dev.jxl.xld.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "org.jspecify..",
                    "dev.jxl.config..",
                    "dev.jxl.xld.host",
                    "dev.jxl.xld.model..");

    @ArchTest
    static final ArchRule plan_isPure = noClasses()
            .that()
            .resideInAPackage("dev.jxl.xld.plan..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.jxl.xld.engine..",
                    "dev.jxl.xld.store..",
                    "dev.jxl.xld.host.sim..",
                    "dev.jxl.xld.host.xen..",
                    "java.sql..",
                    "java.net..",
                    "java.util.concurrent..");

    @ArchTest
    static final ArchRule engine_knowsOnlyThePorts = noClasses()
            .that(resideInAnyPackage(
                    "dev.jxl.xld.engine..",
                    "dev.jxl.xld.doctor..",
                    "dev.jxl.xld.plan..",
                    "dev.jxl.xld.model..",
                    "dev.jxl.xld.store.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xld.host.sim..", "dev.jxl.xld.host.xen..");

    @ArchTest
    static final ArchRule doctor_isGivenWhatTheEngineKnows = noClasses()
            .that(resideInAPackage("dev.jxl.xld.doctor.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xld.engine..", "dev.jxl.xld.store..");

    @ArchTest
    static final ArchRule simulatorAndXen_doNotKnowTheEngine = noClasses()
            .that(resideInAPackage("dev.jxl.xld.host.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xld.engine..", "dev.jxl.xld.plan..", "dev.jxl.xld.store..");

    /** Each stands on those before it; the engine itself on all. So there is no cycle. */
    @ArchTest
    static final ArchRule engineRooms_standOnThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("engine")
            .definedBy("dev.jxl.xld.engine")
            .layer("operation")
            .definedBy("dev.jxl.xld.engine.operation")
            .layer("domain")
            .definedBy("dev.jxl.xld.engine.domain")
            .layer("device")
            .definedBy("dev.jxl.xld.engine.device")
            .layer("resource")
            .definedBy("dev.jxl.xld.engine.resource")
            .layer("life")
            .definedBy("dev.jxl.xld.engine.life")
            .layer("hotplug")
            .definedBy("dev.jxl.xld.engine.hotplug")
            .layer("driver")
            .definedBy("dev.jxl.xld.engine.driver")
            .layer("move")
            .definedBy("dev.jxl.xld.engine.move")
            .layer("action")
            .definedBy("dev.jxl.xld.engine.action")
            .layer("definition")
            .definedBy("dev.jxl.xld.engine.definition")
            .whereLayer("operation")
            .mayNotAccessAnyLayer()
            .whereLayer("domain")
            .mayOnlyAccessLayers("operation")
            .whereLayer("device")
            .mayOnlyAccessLayers("operation", "domain")
            .whereLayer("resource")
            .mayOnlyAccessLayers("operation", "domain")
            .whereLayer("life")
            .mayOnlyAccessLayers("operation", "domain", "device", "resource")
            .whereLayer("hotplug")
            .mayOnlyAccessLayers("operation", "domain", "device", "life")
            .whereLayer("driver")
            .mayOnlyAccessLayers("operation", "domain", "device", "life")
            .whereLayer("move")
            .mayOnlyAccessLayers("operation", "domain", "life")
            .whereLayer("action")
            .mayOnlyAccessLayers("operation", "domain", "life", "move")
            .whereLayer("definition")
            .mayOnlyAccessLayers("operation", "domain", "life", "action");

    @ArchTest
    static final ArchRule engineRooms_areKnownOnlyToTheEngine = noClasses()
            .that(resideOutsideOfPackage("dev.jxl.xld.engine.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.jxl.xld.engine.*..");

    @ArchTest
    static final ArchRule http_isNotKnownHere = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.rest..", "io.helidon..", "dev.jxl.cli..");
}
