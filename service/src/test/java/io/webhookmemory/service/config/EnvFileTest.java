package io.webhookmemory.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values are those that {@code docker compose config} shows for the same file. */
class EnvFileTest {
    @TempDir
    private Path directory;

    @Test
    void what_everybody_reads_alike_is_read_so() throws IOException {
        EnvFile file = read("""
                # A comment, and an empty line

                PLAIN=ab#cd
                SPACED =  two words \t
                EMPTY=
                export EXPORTED=a:b=c
                LOGIN=x.Module required username="x" password="p w";
                BACKSLASH=a\\nb
                SINGLE='a $b #c "d"'
                DOUBLE="a #b 'c'" # and a comment
                LINES='one
                two # and no comment'
                TWICE=first
                TWICE=last
                """);

        assertThat(file.problems()).isEmpty();
        assertThat(file.variables())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PLAIN", "ab#cd",
                        "SPACED", "two words",
                        "EMPTY", "",
                        "EXPORTED", "a:b=c",
                        "LOGIN", "x.Module required username=\"x\" password=\"p w\";",
                        "BACKSLASH", "a\\nb",
                        "SINGLE", "a $b #c \"d\"",
                        "DOUBLE", "a #b 'c'",
                        "LINES", "one\ntwo # and no comment",
                        "TWICE", "last"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "PASSWORD=hunter2 #3, PASSWORD has a # after a blank",
                "PASSWORD= #hunter2, PASSWORD has a # after a blank",
                "PASSWORD=hunter$2, PASSWORD has a $",
                "PASSWORD=\"hunter$2\", PASSWORD has a $ in double quotes",
                "PASSWORD='hunter\\2', PASSWORD has a \\ in quotes",
                "PASSWORD='hunter'2', PASSWORD has text after its closing quote",
                "PASSWORD=\"hunter2, PASSWORD has a quote that is never closed",
                "hunter2, is neither NAME=value nor a comment",
                "2=hunter2, is neither NAME=value nor a comment"
            })
    void what_somebody_reads_otherwise_is_refused_by_line_and_name_and_never_by_value(String line, String problem)
            throws IOException {
        EnvFile file = read("FINE=1\n" + line + "\n");

        assertThat(file.problems())
                .singleElement()
                .asString()
                .startsWith(".env, line 2: " + problem)
                .doesNotContain("hunter");
        assertThat(file.variables()).containsOnlyKeys("FINE");
    }

    @Test
    void every_line_of_the_example_can_be_taken_over() throws IOException {
        String example = Files.readString(Path.of("..", ".env.example"));

        EnvFile file = read(example.replaceAll("(?m)^#(?=[A-Z_]+=)", ""));

        assertThat(file.problems()).isEmpty();
        assertThat(file.variables()).containsEntry("COGNEE_DATASET", "account_{account_id}");
    }

    @Test
    void a_service_reports_them_beside_its_other_problems() throws IOException {
        EnvFile file = read("REDIS_PASSWORD=ab #cd\n");
        SettingsReader settings =
                new SettingsReader(new Environment(file.variables(), file.problems()).with(Map.of("PORT", "many")));
        settings.integer("PORT", 1, 1, 10);

        assertThatThrownBy(settings::finish)
                .hasMessageContaining(".env, line 1: REDIS_PASSWORD")
                .hasMessageContaining("PORT must be a whole number");
    }

    @Test
    void no_file_says_nothing() {
        assertThat(EnvFile.read(directory.resolve("none"))).isEqualTo(EnvFile.read(directory.resolve("neither")));
    }

    private EnvFile read(String text) throws IOException {
        return EnvFile.read(Files.writeString(directory.resolve(".env"), text));
    }
}
