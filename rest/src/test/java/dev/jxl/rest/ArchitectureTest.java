package dev.jxl.rest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OWN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.jxl.rest");

    @Test
    void rest_seesOfXldItsApiOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.jxl.rest..",
                        "dev.jxl.xld.api",
                        "dev.jxl.config..",
                        "io.helidon..",
                        "com.fasterxml.jackson..",
                        "java..",
                        "jdk.net",
                        "org.jspecify..")
                .check(OWN);
    }

    @Test
    void helidonsServer_isMadeInOnePlace() {
        noClasses()
                .that()
                .doNotHaveSimpleName("UnixListener")
                .should()
                .callMethod(io.helidon.webserver.WebServer.class, "builder")
                .check(OWN);
    }
}
