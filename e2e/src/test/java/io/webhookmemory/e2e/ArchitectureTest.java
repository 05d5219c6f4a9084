package io.webhookmemory.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which room may know which other; docs/design.md draws them. */
class ArchitectureTest {
    private static final String ROOT = "io.webhookmemory.";
    private static final List<String> SERVICES = List.of("ingress", "subscriptions", "processor", "sink", "console");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.webhookmemory");

    static List<String> services() {
        return SERVICES;
    }

    @Test
    void every_room_is_looked_at() {
        assertThat(List.of("topics", "service", "zoho", "cognee", "admin", "testkit", "quickstart", "bench"))
                .allSatisfy(room -> assertThat(CLASSES)
                        .anyMatch(type -> type.getPackageName().startsWith(ROOT + room)));
        assertThat(SERVICES)
                .allSatisfy(room -> assertThat(CLASSES)
                        .anyMatch(type -> type.getPackageName().startsWith(ROOT + room)));
    }

    @Test
    void packages_have_no_circles() {
        slices().matching("io.webhookmemory.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void the_contract_knows_jackson_kafkas_clients_and_a_reader_of_times_only() {
        classes()
                .that()
                .resideInAPackage(ROOT + "topics..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "topics..",
                        "java..",
                        "com.fasterxml.jackson..",
                        "com.ethlo.time..",
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.common..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_service_is_known_to_what_starts_it_only(String service) {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + service + "..", ROOT + "quickstart..", ROOT + "bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + service + "..")
                .check(CLASSES);
    }

    @Test
    void a_command_line_is_known_to_its_main_class_only() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..cli..", ROOT + "bench..")
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..cli..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages("..cli..", ROOT + "bench..")
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void shared_rooms_know_no_room_above_them() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "service..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "zoho..", ROOT + "cognee..", ROOT + "admin..", ROOT + "testkit..", ROOT + "quickstart..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "zoho..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "cognee..", ROOT + "admin..", ROOT + "testkit..", ROOT + "quickstart..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "cognee..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "zoho..", ROOT + "admin..", ROOT + "testkit..", ROOT + "quickstart..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "service..", ROOT + "zoho..", ROOT + "admin..")
                .check(CLASSES);
    }

    @Test
    void production_code_knows_no_test_parts() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "testkit..", ROOT + "quickstart..", ROOT + "bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "testkit..")
                .check(CLASSES);
    }
}
