package io.webhookmemory.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Chromium that is installed on this machine. Where there is none, tests are skipped; under CI they fail. */
final class Chromium implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final List<Path> PROGRAMS = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));
    /** Everything that axe can decide without a human; also what it calls best practice. */
    private static final String AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            + ".map(violation => violation.id + ': ' + violation.nodes.map(node => node.html).join(' | '))";

    private final Playwright playwright;
    private final Browser browser;
    private final String axe;
    private final List<String> complaints = new ArrayList<>();

    /** How a page is looked at. */
    enum Look {
        LIGHT_WIDE(ColorScheme.LIGHT, 1280, 860),
        DARK_WIDE(ColorScheme.DARK, 1280, 860),
        LIGHT_NARROW(ColorScheme.LIGHT, 390, 844),
        DARK_NARROW(ColorScheme.DARK, 390, 844);

        private final ColorScheme scheme;
        private final int width;
        private final int height;

        Look(ColorScheme scheme, int width, int height) {
            this.scheme = scheme;
            this.width = width;
            this.height = height;
        }
    }

    private Chromium(Path program) throws IOException {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        // Chromium's sandbox refuses to run as root, as containers do.
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
        try (InputStream in =
                Chromium.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.createDirectories(SCREENSHOTS);
    }

    static Chromium start() throws IOException {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (program == null) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException("no Chromium: .ci/run installs it");
            }
            abort("no Chromium on this machine; apt-get install chromium");
        }
        return new Chromium(program);
    }

    /** A page in a browser of its own; what its console complains about fails {@link #requireNoComplaints}. */
    Page page(Look look) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setColorScheme(look.scheme).setViewportSize(look.width, look.height));
        Page page = context.newPage();
        page.setDefaultTimeout(30_000);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        return page;
    }

    /** Errors of scripts, and what the Content-Security-Policy blocked. */
    void requireNoComplaints() {
        assertThat(complaints).isEmpty();
    }

    /** Contrast, names, roles, order: what axe-core finds. */
    void requireAccessible(Page page) {
        page.evaluate(axe);
        assertThat((List<?>) page.evaluate(AXE)).as(page.url()).isEmpty();
    }

    void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    static Stream<Look> looks() {
        return Stream.of(Look.values());
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
