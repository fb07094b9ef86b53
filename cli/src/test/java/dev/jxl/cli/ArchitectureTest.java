package dev.jxl.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void cli_usesNothingButPicocliAndJacksonsStreams() {
        JavaClasses own = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.jxl.cli");
        classes()
                .that()
                .haveNameNotMatching("dev[.]jxl[.]cli[.]Image(Command|Text)([$].*)?")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.jxl.cli..",
                        "java..",
                        "org.jspecify..",
                        "picocli..",
                        "com.fasterxml.jackson.core..",
                        // For the user at the other end of the server's socket.
                        "jdk.net")
                .check(own);
    }

    @Test
    void imagesOfGuests_areReadWithoutTheDaemonsOtherRooms() {
        JavaClasses own = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.jxl.cli");
        classes()
                .that()
                .haveNameMatching("dev[.]jxl[.]cli[.]Image(Command|Text|Progress)([$].*)?")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.jxl.cli", "java..", "org.jspecify..", "dev.jxl.config..")
                .check(own);
    }
}
