package io.webhookmemory.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks of the fault suite find every kind of fault that they are for, and share no code with the pipeline. */
class FaultChecksTest {
    private static final ExpectedDocument EXPECTED =
            new ExpectedDocument("account_1", new TreeSet<>(List.of("text1x1", "text1x2")));
    private static final Document GOOD =
            new Document("account_1", "a", "Deals_7", "Deals 7\n\nField A: text1x1\nField B: text1x2\n", null);

    private static final Map<String, List<String>> EVENTS = Map.of("7", List.of("e1", "e2"));
    private static final TreeSet<String> REFUSED = new TreeSet<>(List.of("e9"));

    @Test
    void a_memory_that_is_right_has_no_differences() {
        assertThat(MemoryCheck.differences(Map.of("Deals_7", EXPECTED), List.of(GOOD)))
                .isEmpty();
    }

    static Stream<List<Document>> wrongMemories() {
        return Stream.of(
                List.of(),
                List.of(GOOD, new Document("account_1", "b", "Deals_7", GOOD.text(), null)),
                List.of(GOOD, new Document("account_2", "b", "Deals_7", GOOD.text(), null)),
                List.of(GOOD, new Document("account_1", "b", "Deals_8", GOOD.text(), null)),
                List.of(new Document("account_2", "a", "Deals_7", GOOD.text(), null)),
                List.of(new Document("account_1", "a", "Deals_7", "Field A: text1x1", null)),
                List.of(new Document("account_1", "a", "Deals_7", GOOD.text() + "Field C: text1x3", null)),
                List.of(new Document("account_1", "a", "Deals_7", "Field A: text1x1\nField B: text1x22", null)));
    }

    /** Missing, twice, also elsewhere, one that is deleted, elsewhere, incomplete, with an old text, with another's text. */
    @ParameterizedTest
    @MethodSource("wrongMemories")
    void a_memory_that_is_wrong_is_found(List<Document> documents) {
        assertThat(MemoryCheck.differences(Map.of("Deals_7", EXPECTED), documents))
                .hasSize(1);
    }

    @Test
    void topics_that_are_right_have_no_differences() {
        assertThat(TopicsCheck.differences(EVENTS, EVENTS, REFUSED, List.of("e9")))
                .isEmpty();
    }

    static Stream<Map<String, List<String>>> wrongTopics() {
        return Stream.of(
                Map.of(),
                Map.of("7", List.of("e1")),
                Map.of("7", List.of("e2", "e1")),
                Map.of("7", List.of("e1", "e2", "e2")),
                Map.of("7", List.of("e1", "e2"), "8", List.of("e3")));
    }

    /** All lost, one lost, in the wrong order, one twice, one that no sender knows. */
    @ParameterizedTest
    @MethodSource("wrongTopics")
    void module_topics_that_are_wrong_are_found(Map<String, List<String>> routed) {
        assertThat(TopicsCheck.differences(EVENTS, routed, REFUSED, List.of("e9")))
                .hasSize(1);
    }

    static Stream<List<String>> wrongLetters() {
        return Stream.of(List.of(), List.of("e9", "e9"), List.of("e1", "e9"));
    }

    @ParameterizedTest
    @MethodSource("wrongLetters")
    void dead_letters_that_are_wrong_are_found(List<String> letters) {
        assertThat(TopicsCheck.differences(EVENTS, EVENTS, REFUSED, letters)).hasSize(1);
    }

    @Test
    void a_process_that_grows_is_found() {
        Growth growth = new Growth();

        assertThat(growth.differences("ingress", 1, new Growth.Usage(50, 100))).isEmpty();
        assertThat(growth.differences("ingress", 1, new Growth.Usage(60, 120))).isEmpty();
        assertThat(growth.differences("ingress", 1, new Growth.Usage(60, 400))).hasSize(1);
        assertThat(growth.differences("ingress", 1, new Growth.Usage(400, 120))).hasSize(1);
        assertThat(growth.differences("ingress", 2, new Growth.Usage(400, 400))).isEmpty();
    }

    @Test
    void only_the_deployment_knows_the_pipeline() {
        assertThat(new ClassFileImporter().importPackages(getClass().getPackageName()))
                .filteredOn(type -> !type.getName().startsWith(Deployment.class.getName()))
                .allSatisfy(type -> assertThat(type.getDirectDependenciesFromSelf())
                        .extracting(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filteredOn(target -> target.getPackageName().startsWith("io.webhookmemory"))
                        .extracting(JavaClass::getPackageName)
                        .allMatch(name -> name.startsWith("io.webhookmemory.testkit")
                                || name.equals(getClass().getPackageName())));
    }
}
