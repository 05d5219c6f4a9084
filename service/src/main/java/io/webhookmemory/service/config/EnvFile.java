package io.webhookmemory.service.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contents of a {@code .env} file. Docker Compose and shells read the same file. A line is accepted only if all of
 * them read it alike; otherwise it is reported as a problem. A password that one of them silently truncates would be
 * noticed too late.
 *
 * <ul>
 * <li>An unquoted value is taken as written, without surrounding blanks. A {@code #} after a blank, and a {@code $},
 * require quotes.
 * <li>A value in single or double quotes is taken as written and may span lines. Neither may contain {@code \}; double
 * quotes may not contain {@code $}. A comment may follow the closing quote.
 * </ul>
 *
 * @param variables by name
 * @param problems one sentence each, with line number and variable, never the value
 */
public record EnvFile(Map<String, String> variables, List<String> problems) {
    private static final Pattern ENTRY = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][\\w.-]*)\\s*=\\s*(.*)");
    private static final Pattern BLANK_OR_COMMENT = Pattern.compile("\\s*(?:#.*)?");
    private static final Pattern COMMENT_BEHIND_QUOTES = Pattern.compile("\\s*|\\s+#.*");
    private static final Pattern COMMENT_WITHOUT_QUOTES = Pattern.compile("(?:.*\\s)?#.*");

    public EnvFile {
        variables = Map.copyOf(variables);
        problems = List.copyOf(problems);
    }

    /** @return the contents; empty if there is no such file */
    public static EnvFile read(Path file) {
        try {
            return new Reader(file.getFileName().toString(), Files.readAllLines(file)).read();
        } catch (NoSuchFileException e) {
            return new EnvFile(Map.of(), List.of());
        } catch (IOException e) {
            return new EnvFile(
                    Map.of(), List.of(file + " cannot be read: " + e.getClass().getSimpleName()));
        }
    }

    private static final class Reader {
        private final String file;
        private final List<String> lines;
        private final Map<String, String> variables = new HashMap<>();
        private final List<String> problems = new ArrayList<>();
        private int next;

        private Reader(String file, List<String> lines) {
            this.file = file;
            this.lines = lines;
        }

        private EnvFile read() {
            while (next < lines.size()) {
                String line = lines.get(next++);
                if (!BLANK_OR_COMMENT.matcher(line).matches()) {
                    entry(line);
                }
            }
            return new EnvFile(variables, problems);
        }

        private void entry(String line) {
            String where = file + ", line " + next + ": ";
            Matcher entry = ENTRY.matcher(line);
            if (!entry.matches()) {
                problems.add(where + "is neither NAME=value nor a comment");
                return;
            }
            String name = entry.group(1);
            String text = entry.group(2);
            String problem = text.startsWith("'") || text.startsWith("\"") ? quoted(name, text) : bare(name, text);
            if (problem != null) {
                problems.add(where + name + " " + problem);
            }
        }

        /** @return what is wrong, or null */
        private String bare(String name, String text) {
            if (COMMENT_WITHOUT_QUOTES.matcher(text).matches()) {
                return "has a # after a blank; quote the value, or give the comment a line of its own";
            }
            if (text.contains("$")) {
                return "has a $, which Docker Compose replaces; put the value in single quotes";
            }
            variables.put(name, text.strip());
            return null;
        }

        /** @return what is wrong, or null */
        private String quoted(String name, String text) {
            char quote = text.charAt(0);
            StringBuilder all = new StringBuilder(text.substring(1));
            while (all.indexOf(String.valueOf(quote)) < 0) {
                if (next == lines.size()) {
                    return "has a quote that is never closed";
                }
                all.append('\n').append(lines.get(next++));
            }
            int end = all.indexOf(String.valueOf(quote));
            String value = all.substring(0, end);
            if (value.contains("\\")) {
                return "has a \\ in quotes, which shells and Docker Compose read differently; remove the " + "quotes";
            }
            if (quote == '"' && value.contains("$")) {
                return "has a $ in double quotes, which Docker Compose replaces; put the value in single quotes";
            }
            if (!COMMENT_BEHIND_QUOTES.matcher(all.substring(end + 1)).matches()) {
                return "has text after its closing quote";
            }
            variables.put(name, value);
            return null;
        }
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "EnvFile" + variables.keySet() + problems;
    }
}
