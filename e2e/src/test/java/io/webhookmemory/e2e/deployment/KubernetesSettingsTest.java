package io.webhookmemory.e2e.deployment;

import static io.webhookmemory.e2e.deployment.DeploymentFiles.at;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.map;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.read;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.yaml;
import static io.webhookmemory.e2e.deployment.KubernetesFiles.FOLDER;
import static io.webhookmemory.e2e.deployment.KubernetesFiles.pod;
import static io.webhookmemory.e2e.deployment.KubernetesFiles.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings of deploy/kubernetes, and what it says of secrets, agree with the code. */
class KubernetesSettingsTest {
    @Test
    void the_topics_partitions_are_what_the_services_are_told() {
        Object told = at(yaml(FOLDER + "settings.yaml").get(0), "data", "TOPICS_PARTITIONS");

        assertThat(yaml(FOLDER + "kafka-topics.yaml"))
                .allSatisfy(topic -> assertThat(String.valueOf(at(topic, "spec", "partitions")))
                        .isEqualTo(told));
    }

    @Test
    void settings_in_the_files_are_settings_that_are_documented() {
        String example = read(".env.example");

        assertThat(settings())
                .contains("WEBHOOK_AUTH")
                .allSatisfy(name -> assertThat(example).containsPattern("(?m)^#?" + name + "="));
        for (String service : pods()) {
            Object variables = at(pod(service), "containers", 0, "env");
            for (Object variable : variables == null ? List.of() : (List<?>) variables) {
                assertThat(example).containsPattern("(?m)^#?" + at(variable, "name") + "=");
            }
        }
    }

    @Test
    void secrets_of_the_services_are_named_where_their_creation_is_described() {
        Set<String> secrets = new TreeSet<>(
                map(yaml("docker-compose.yml").get(0).get("x-no-secrets")).keySet());
        // Compose's own, and those of what the example does not start.
        secrets.removeAll(Set.of(
                "PIPELINE_REDIS_PASSWORD",
                "FASTAPI_USERS_JWT_SECRET",
                "LLM_API_KEY",
                "EMBEDDING_API_KEY",
                "GRAFANA_ADMIN_PASSWORD"));

        assertThat(secrets)
                .contains("WEBHOOK_TOKENS")
                .allSatisfy(secret -> assertThat(read(FOLDER + "settings.yaml")).contains(secret));
        assertThat(settings()).doesNotContainAnyElementsOf(secrets);
    }

    @Test
    void the_ingress_takes_the_settings_as_they_are_and_with_static_tokens() {
        String file = read(FOLDER + "settings.yaml");
        Map<String, String> variables = new HashMap<>();
        map(at(yaml(FOLDER + "settings.yaml").get(0), "data"))
                .forEach((name, value) -> variables.put(name, value.toString()));
        Matcher secrets = Pattern.compile("secret generic ingress-secrets --from-literal=([A-Z_]+)=")
                .matcher(file);
        assertThat(secrets.find()).isTrue();
        variables.put(secrets.group(1), "0123456789abcdef".repeat(4));
        assertThatCode(() -> readIngressSettings(variables)).doesNotThrowAnyException();

        Matcher proposed = Pattern.compile("(?m)^  # WEBHOOK_AUTH: (.+)$").matcher(file);
        assertThat(proposed.find()).isTrue();
        variables.put("WEBHOOK_AUTH", proposed.group(1));
        variables.put("WEBHOOK_TOKENS", "fedcba9876543210".repeat(4));
        assertThatCode(() -> readIngressSettings(variables)).doesNotThrowAnyException();
    }

    private static void readIngressSettings(Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        IngressSettings.from(reader);
        reader.finish();
    }

    /** Those that are set, and those that a comment proposes. */
    private static Set<String> settings() {
        Set<String> names = new TreeSet<>(
                map(at(yaml(FOLDER + "settings.yaml").get(0), "data")).keySet());
        Matcher proposed = Pattern.compile("(?m)^  # ([A-Z_]+): ").matcher(read(FOLDER + "settings.yaml"));
        while (proposed.find()) {
            names.add(proposed.group(1));
        }
        return names;
    }
}
