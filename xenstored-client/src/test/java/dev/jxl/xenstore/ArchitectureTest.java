package dev.jxl.xenstore;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom in this module. */
@AnalyzeClasses(packages = "dev.jxl.xenstore", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule only_the_libxenstore_transport_makes_native_calls = noClasses()
            .that()
            .resideOutsideOfPackage("dev.jxl.xenstore.libxenstore..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xenctrl..", "java.lang.foreign..");

    @ArchTest
    static final ArchRule the_store_knows_nothing_of_the_rest_of_jxl = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xld..", "dev.jxl.rest..", "dev.jxl.cli..", "dev.jxl.config..");

    @ArchTest
    static final ArchRule what_is_offered_does_not_know_how_it_is_done = noClasses()
            .that()
            .resideInAPackage("dev.jxl.xenstore")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.jxl.xenstore.*..");

    @ArchTest
    static final ArchRule the_store_in_memory_does_no_io = noClasses()
            .that()
            .resideInAnyPackage("dev.jxl.xenstore.memory", "dev.jxl.xenstore.rules")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..", "dev.jxl.xenstore.wire..");

    @ArchTest
    static final ArchRule packages_form_no_circle =
            slices().matching("dev.jxl.xenstore.(**)").should().beFreeOfCycles();
}
