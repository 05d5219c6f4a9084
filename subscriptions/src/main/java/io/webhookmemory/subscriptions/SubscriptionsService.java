package io.webhookmemory.subscriptions;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.ServiceRuntime;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.access.AccessCheck;
import io.webhookmemory.service.access.AccessList;
import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.kafka.PublisherSettings;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.PipelineService;
import io.webhookmemory.subscriptions.auditing.AuditSchedule;
import io.webhookmemory.subscriptions.auditing.ScheduledAudit;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.subscriptions.maintenance.MaintenanceLoop;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the service that maintains the notification channels, sweeps and audits. */
public final class SubscriptionsService implements PipelineService {
    static final String NAME = "subscriptions";
    private static final int DEFAULT_MANAGEMENT_PORT = 9104;
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionsService.class);

    private final ServiceSettings settings;
    private final TopicCatalogue catalogue;
    private final ServiceRuntime runtime;
    private final EventPublisher publisher;
    private final KafkaClientMetrics producerMetrics;
    private final MaintenanceLoop loop;
    private final Optional<ScheduledAudit> audit;

    private SubscriptionsService(
            ServiceSettings settings,
            TopicCatalogue catalogue,
            PublisherSettings publishing,
            SubscriptionSettings subscriptions,
            Optional<AuditSchedule> schedule) {
        this.settings = settings;
        this.catalogue = catalogue;
        runtime = new ServiceRuntime(settings);
        publisher = new EventPublisher(publishing);
        producerMetrics = new KafkaClientMetrics(publisher.client());
        loop = new MaintenanceLoop(
                subscriptions,
                settings,
                events -> publisher.publish(events, Optional.empty()),
                runtime.metrics(),
                Clock.systemUTC());
        runtime.health().register("channels", loop::health);
        audit = schedule.map(each -> new ScheduledAudit(each, loop::isLeading, runtime.metrics(), Clock.systemUTC()));
    }

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static SubscriptionsService create(Environment environment) {
        SettingsReader reader = new SettingsReader(environment);
        ServiceSettings settings = settings(reader);
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueConfiguration.read(reader));
        PublisherSettings publishing = PublisherSettings.from(reader);
        SubscriptionSettings subscriptions = SubscriptionSettings.from(reader);
        Optional<AuditSchedule> schedule = AuditSchedule.from(reader, subscriptions.sweepInterval());
        reader.finish();
        return new SubscriptionsService(settings, catalogue, publishing, subscriptions, schedule);
    }

    /** The settings common to all services, under this service's variable names. */
    public static ServiceSettings settings(SettingsReader reader) {
        return ServiceSettings.from(reader, NAME, DEFAULT_MANAGEMENT_PORT);
    }

    @Override
    public void start() {
        runtime.start();
        AccessCheck.require(settings.kafka(), AccessList.of(catalogue, AccessList.SUBSCRIPTIONS));
        CatalogueCheck.require(settings.kafka(), catalogue);
        publisher.warmUp(Topics.WEBHOOKS);
        producerMetrics.bindTo(runtime.metrics());
        loop.start();
        audit.ifPresent(ScheduledAudit::start);
        runtime.lifecycle().transitionTo(LifecycleState.RUNNING);
        LOG.info("ready");
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
        audit.ifPresent(ScheduledAudit::close);
        loop.close();
        publisher.close();
        producerMetrics.close();
        runtime.close();
    }
}
