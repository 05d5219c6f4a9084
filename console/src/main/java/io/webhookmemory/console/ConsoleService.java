package io.webhookmemory.console;

import io.webhookmemory.console.access.Access;
import io.webhookmemory.console.access.Guard;
import io.webhookmemory.console.deadletter.DeadLetterPages;
import io.webhookmemory.console.operation.OperationPages;
import io.webhookmemory.console.operation.Operations;
import io.webhookmemory.console.overview.Overview;
import io.webhookmemory.console.overview.OverviewPages;
import io.webhookmemory.console.replay.ReplayPages;
import io.webhookmemory.console.search.SearchPages;
import io.webhookmemory.console.web.Assets;
import io.webhookmemory.console.web.Views;
import io.webhookmemory.console.web.WebServer;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the console. Unlike the other services it starts without Kafka: an operator looks at it when something is down.
 */
public final class ConsoleService implements PipelineService {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleService.class);

    private final ConsoleSettings settings;
    private final ServiceRuntime runtime;
    private final Overview overview;
    private final Operations operations;
    private final WebServer server;

    private ConsoleService(ConsoleSettings settings) {
        this.settings = settings;
        Clock clock = Clock.systemUTC();
        KafkaSettings kafka = settings.service().kafka();
        runtime = new ServiceRuntime(settings.service());
        overview = new Overview(settings.targets(), clock);
        operations = new Operations(clock, settings.service().shutdownTimeout().toSeconds());
        Access access = new Access(settings.access(), clock);
        Guard guard = new Guard(settings.access(), access);
        Assets assets = new Assets();
        Views views = new Views(assets, access);
        OperationPages operationPages = new OperationPages(operations, views, guard);
        server = new WebServer(
                settings.host(),
                settings.port(),
                guard,
                views,
                List.of(
                        assets,
                        new LoginPages(views, access),
                        new OverviewPages(overview, views),
                        new SearchPages(kafka, settings.trace(), clock, views),
                        operationPages,
                        new DeadLetterPages(kafka, clock, views, operations, operationPages),
                        new ReplayPages(
                                kafka,
                                settings.catalogue(),
                                settings.rules(),
                                clock,
                                views,
                                operations,
                                operationPages)));
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static ConsoleService create(Environment environment) {
        SettingsReader reader = new SettingsReader(environment);
        ConsoleSettings settings = ConsoleSettings.from(reader);
        reader.finish();
        return new ConsoleService(settings);
    }

    @Override
    public void start() {
        runtime.start();
        overview.start();
        server.start();
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.atInfo()
                .addKeyValue("host", settings.host())
                .addKeyValue("port", port())
                .addKeyValue("write", settings.access().write())
                .log("ready");
    }

    public int port() {
        return server.port();
    }

    public int managementPort() {
        return runtime.managementPort();
    }

    @Override
    public CompletableFuture<Void> terminated() {
        return runtime.lifecycle().terminated();
    }

    @Override
    public void close() {
        if (!runtime.lifecycle().transitionTo(LifecycleState.STOPPING)) {
            return;
        }
        server.close();
        operations.close();
        overview.close();
        runtime.close();
    }
}
