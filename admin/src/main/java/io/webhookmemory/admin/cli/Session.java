package io.webhookmemory.admin.cli;

import io.webhookmemory.admin.trace.Trace;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.zoho.webhook.WebhookRules;

/**
 * What every command uses.
 *
 * @param rules for parsing rejected webhooks again
 * @param trace what a trace must know of the services
 * @param stop requested when the process is interrupted
 */
public record Session(
        KafkaSettings kafka, TopicCatalogue catalogue, WebhookRules rules, Trace.Settings trace, StopSignal stop) {

    /** @throws io.webhookmemory.service.config.InvalidSettingsException naming every bad setting */
    public static Session of(Environment environment, StopSignal stop) {
        SettingsReader settings = new SettingsReader(environment);
        KafkaSettings kafka = KafkaSettings.from(settings);
        CatalogueSettings catalogue = CatalogueConfiguration.read(settings);
        WebhookRules rules = WebhookRules.from(settings, catalogue);
        Trace.Settings trace = Trace.Settings.from(settings);
        settings.finish();
        return new Session(kafka, TopicCatalogue.of(catalogue), rules, trace, stop);
    }

    /**
     * This session, once Kafka responds.
     *
     * @throws KafkaProblem if Kafka does not respond within ten seconds
     */
    public Session reachable() {
        KafkaProblem.requireReachable(kafka);
        return this;
    }
}
