package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.console.ConsoleSettings;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.SinkSettings;
import io.webhookmemory.subscriptions.SubscriptionsService;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.subscriptions.cli.SubscriptionsCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the documentation says of settings, log lines, commands, modules and links agrees with the code and the files. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    /** A quoted message: {@code log: `…`} in running text; or a row of a table whose first column is headed so. */
    private static final Pattern QUOTE_IN_TEXT = Pattern.compile("\\blog:\\s`([^`]+)`");

    private static final Pattern QUOTE_IN_TABLE = Pattern.compile("^\\| `([^`]+)` \\|");
    private static final Pattern TABLE_OF_QUOTES = Pattern.compile("^\\| (?:log|message) \\|.*");
    private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Of the two command lines, by script or by Compose; not those with a placeholder such as {@code <time>} or {@code …}. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?:\\./(admin|subscriptions)\\.sh|run --rm (?:--no-deps )?(admin|subscriptions)) ([^`|\\n<…]+)(?=[`|\\n])");

    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");

    @Test
    void every_setting_that_a_service_reads_is_in_the_table_and_in_the_example() throws IOException {
        String configuration = Files.readString(ROOT.resolve("docs/configuration.md"));
        String example = Files.readString(ROOT.resolve(".env.example"));

        assertThat(settings()).hasSizeGreaterThan(30).allSatisfy(name -> {
            assertThat(configuration).contains("`" + name + "`");
            assertThat(example).containsPattern("(?m)^#?" + name + "=");
        });
    }

    @Test
    void every_log_line_that_is_quoted_is_one_that_the_code_writes() throws IOException {
        List<String> literals = literalsOfMainCode();

        List<String> quotes = new ArrayList<>();
        for (Path page : pages()) {
            quotes.addAll(quotedMessages(Files.readString(page)));
        }

        assertThat(quotes)
                .hasSizeGreaterThan(20)
                .allSatisfy(quote -> assertThat(literals).as(quote).anyMatch(literal -> literal.contains(quote)));
    }

    @Test
    void every_command_that_is_documented_is_one_that_the_command_line_accepts() throws IOException {
        Environment environment = new Environment(Map.of());
        List<String> refused = new ArrayList<>();
        int commands = 0;
        for (Path page : pages()) {
            for (MatchResult command :
                    COMMAND.matcher(Files.readString(page)).results().toList()) {
                CommandLine line = Stream.of(command.group(1), command.group(2)).anyMatch("admin"::equals)
                        ? AdminCommand.commandLine(environment)
                        : SubscriptionsCommand.commandLine(environment, Clock.systemUTC());
                try {
                    line.parseArgs(command.group(3).strip().split(" +", -1));
                } catch (CommandLine.ParameterException e) {
                    refused.add(page + ": " + command.group() + ": " + e.getMessage());
                }
                commands++;
            }
        }

        assertThat(commands).isGreaterThan(50);
        assertThat(refused).isEmpty();
    }

    @Test
    void every_module_has_its_line_in_the_readme_and_in_the_contributing_guide() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String contributing = Files.readString(ROOT.resolve("CONTRIBUTING.md"));

        assertThat(MODULE.matcher(Files.readString(ROOT.resolve("pom.xml"))).results())
                .hasSizeGreaterThan(10)
                .allSatisfy(module -> {
                    assertThat(readme).contains("`" + module.group(1) + "/`");
                    assertThat(contributing).contains("`" + module.group(1) + "/`");
                });
    }

    @Test
    void every_link_leads_to_a_file_and_a_heading_that_exist() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (MatchResult link : LINK.matcher(prose).results().toList()) {
                if (!link.group(1).contains(":")) {
                    links++;
                    if (!leadsSomewhere(page, link.group(1))) {
                        broken.add(page + ": " + link.group(1));
                    }
                }
            }
        }

        assertThat(links).isGreaterThan(50);
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** As GitHub makes them from headings. */
    private static Set<String> anchors(Path page) throws IOException {
        String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
        return HEADING.matcher(prose)
                .results()
                .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<String> quotedMessages(String page) {
        List<String> quotes = new ArrayList<>();
        boolean inTable = false;
        for (String line : page.lines().toList()) {
            inTable = TABLE_OF_QUOTES.matcher(line).matches() || (inTable && line.startsWith("|"));
            Matcher row = QUOTE_IN_TABLE.matcher(line);
            if (inTable && row.find()) {
                quotes.add(row.group(1));
            }
        }
        QUOTE_IN_TEXT.matcher(page).results().map(quote -> quote.group(1)).forEach(quotes::add);
        return quotes;
    }

    private static List<String> literalsOfMainCode() throws IOException {
        List<String> literals = new ArrayList<>();
        for (Path file : mainCode()) {
            String joined = CONCATENATION.matcher(Files.readString(file)).replaceAll("");
            // Line by line, so that a quotation mark in a comment confuses no other line.
            joined.lines()
                    .flatMap(line -> LITERAL.matcher(line).results())
                    .map(literal -> literal.group(1).replace("\\\"", "\""))
                    .forEach(literals::add);
        }
        return literals;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = files(ROOT, 1, ".md");
        pages.addAll(files(ROOT.resolve("docs"), 2, ".md"));
        return pages;
    }

    private static List<Path> mainCode() throws IOException {
        List<Path> code = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
            for (Path module : modules) {
                Path sources = module.resolve("src/main/java");
                if (Files.exists(sources)) {
                    code.addAll(files(sources, Integer.MAX_VALUE, ".java"));
                }
            }
        }
        return code;
    }

    private static List<Path> files(Path folder, int depth, String ending) throws IOException {
        try (Stream<Path> files =
                Files.find(folder, depth, (file, attributes) -> file.toString().endsWith(ending))) {
            return files.sorted().collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private static Set<String> settings() {
        SettingsReader reader = new SettingsReader(new Environment(Map.of()));
        IngressSettings.from(reader);
        SubscriptionsService.settings(reader);
        SubscriptionSettings.from(reader);
        ProcessorSettings.from(reader);
        SinkSettings.from(reader);
        ConsoleSettings.from(reader);
        return reader.names();
    }
}
