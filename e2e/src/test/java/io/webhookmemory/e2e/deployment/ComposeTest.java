package io.webhookmemory.e2e.deployment;

import static io.webhookmemory.e2e.deployment.DeploymentFiles.SERVICES;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.at;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.defaults;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.map;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.read;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docker-compose.yml and the Dockerfile agree with each other, with the code and with what is documented. */
class ComposeTest {
    /** Two consumers of the memory-sink are closed one after the other, each with a few seconds to leave its group. */
    private static final int CLOSED_IN_TURN = 2;

    private static final Duration TO_LEAVE = Duration.ofSeconds(6);

    private final String file = read("docker-compose.yml");
    private final Map<String, Object> services =
            map(yaml("docker-compose.yml").get(0).get("services"));
    private final String dockerfile = read("Dockerfile");

    @Test
    void every_variable_is_documented() {
        String example = read(".env.example");
        String configuration = read("docs/configuration.md");

        assertThat(Stream.concat(variablesFilledIn(), variablesOfOurServices()).distinct())
                .hasSizeGreaterThan(25)
                .allSatisfy(name -> {
                    assertThat(example).containsPattern("(?m)^#?" + name + "=");
                    assertThat(configuration).contains("`" + name + "`");
                });
    }

    @Test
    void no_secret_has_a_value_in_the_file() {
        services.forEach((name, service) -> environment(service).forEach((variable, value) -> {
            if (variable.matches(".*(SECRET|PASSWORD|TOKEN|API_KEY)$")) {
                assertThat(Objects.toString(value, ""))
                        .as(name + " " + variable)
                        .matches("|\\$\\{.*}");
                assertThat(Objects.toString(value, "")).doesNotContainPattern(":-.+}");
            }
        }));
    }

    @Test
    void a_secret_reaches_only_who_reads_it() {
        assertThat(environment(services.get("stream-processor")))
                .containsEntry("WEBHOOK_SECRET", "")
                .containsEntry("ZOHO_REFRESH_TOKEN", "")
                .containsEntry("COGNEE_PASSWORD", "");
        assertThat(environment(services.get("memory-sink"))).containsEntry("WEBHOOK_SECRET", "");
        assertThat(environment(services.get("ingress")))
                .containsEntry("COGNEE_PASSWORD", "")
                .containsEntry("ZOHO_REFRESH_TOKEN", "");
        assertThat(environment(services.get("subscriptions")))
                .containsEntry("COGNEE_PASSWORD", "")
                .doesNotContainKey("ZOHO_REFRESH_TOKEN");
        assertThat(environment(services.get("console")))
                .containsEntry("WEBHOOK_SECRET", "")
                .containsEntry("ZOHO_REFRESH_TOKEN", "");
        for (String service : List.of("ingress", "subscriptions", "stream-processor", "memory-sink", "admin")) {
            assertThat(environment(services.get(service))).as(service).containsEntry("CONSOLE_PASSWORD", "");
        }
    }

    @Test
    void the_consoles_pages_are_reached_from_this_machine_only_and_with_a_password() {
        assertThat((List<?>) at(services.get("console"), "ports"))
                .extracting(Object::toString)
                .allMatch(port -> port.startsWith("127.0.0.1:"));
        assertThat(environment(services.get("console")).get("CONSOLE_PASSWORD"))
                .asString()
                .startsWith("${CONSOLE_PASSWORD:?");
    }

    @Test
    void the_secret_that_signs_cognees_tokens_reaches_cognee_only() {
        services.forEach((name, service) -> {
            boolean readsEnvFile = at(service, "env_file") != null;
            if (readsEnvFile) {
                assertThat(environment(service)).as(name).containsEntry("FASTAPI_USERS_JWT_SECRET", "");
            } else if (!name.equals("cognee")) {
                assertThat(environment(service)).as(name).doesNotContainKey("FASTAPI_USERS_JWT_SECRET");
            }
        });
        assertThat(environment(services.get("cognee"))).containsKey("FASTAPI_USERS_JWT_SECRET");
    }

    @Test
    void networks_join_only_who_need_each_other() {
        assertThat(networks("ingress")).containsExactlyInAnyOrder("edge", "data", "monitoring");
        assertThat(networks("subscriptions")).containsExactlyInAnyOrder("edge", "data", "monitoring");
        assertThat(networks("stream-processor")).containsExactlyInAnyOrder("data", "monitoring");
        assertThat(networks("memory-sink")).containsExactlyInAnyOrder("data", "memory", "monitoring");
        assertThat(networks("console")).containsExactlyInAnyOrder("console", "data", "memory", "monitoring");
        for (String store : List.of("kafka", "redis", "admin")) {
            assertThat(networks(store)).as(store).containsExactly("data");
        }
        for (String cognee : List.of("cognee", "cognee-double")) {
            assertThat(networks(cognee)).as(cognee).containsExactly("memory");
        }
        for (String watcher : List.of("prometheus", "grafana")) {
            assertThat(networks(watcher)).as(watcher).containsExactly("monitoring");
        }
    }

    @Test
    void redis_asks_for_a_password_that_no_process_list_shows() {
        String password = (String) environment(services.get("redis")).get("REDIS_PASSWORD");

        assertThat(password).startsWith("${PIPELINE_REDIS_PASSWORD:?");
        assertThat(at(services.get("redis"), "command").toString())
                .contains("redis-server -", "requirepass \"$$REDIS_PASSWORD\"")
                .doesNotContain("--requirepass");
        for (String service : SERVICES) {
            assertThat(environment(services.get(service))).as(service).containsEntry("REDIS_PASSWORD", password);
        }
    }

    @Test
    void no_container_has_rights_that_it_does_not_need() {
        services.forEach((name, service) -> {
            assertThat(at(service, "cap_drop")).as(name).isEqualTo(List.of("ALL"));
            assertThat(at(service, "security_opt")).as(name).isEqualTo(List.of("no-new-privileges:true"));
            if (!List.of("kafka", "cognee").contains(name)) {
                assertThat(at(service, "read_only")).as(name).isEqualTo(true);
            }
        });
    }

    @Test
    void the_service_that_needs_zohos_credentials_runs_only_where_it_is_asked_for() {
        assertThat(at(services.get("subscriptions"), "profiles")).isEqualTo(List.of("zoho"));
    }

    private List<String> networks(String service) {
        Object networks = at(services.get(service), "networks");
        return networks instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.copyOf(map(networks).keySet());
    }

    @Test
    void brokers_and_a_cognee_that_run_elsewhere_can_be_named() {
        for (String service :
                List.of("admin", "ingress", "subscriptions", "stream-processor", "memory-sink", "console")) {
            assertThat(environment(services.get(service)))
                    .as(service)
                    .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "${PIPELINE_KAFKA_BOOTSTRAP_SERVERS:-kafka:19092}");
        }
        assertThat(environment(services.get("memory-sink")))
                .containsEntry("COGNEE_URL", "${PIPELINE_COGNEE_URL:-http://cognee:8000}");
    }

    @Test
    void every_image_of_ours_is_a_target_of_the_dockerfile_with_a_main_class() {
        Map<String, String> mainClasses = mainClasses();
        List<String> targets = services.values().stream()
                .map(service -> (String) at(service, "build", "target"))
                .filter(Objects::nonNull)
                .toList();

        assertThat(targets).containsAll(SERVICES).contains("admin", "cognee-double");
        assertThat(mainClasses).containsOnlyKeys(targets);
        assertThat(mainClasses.values())
                .allSatisfy(name -> assertThatCode(() -> Class.forName(name).getMethod("main", String[].class))
                        .doesNotThrowAnyException());
    }

    @Test
    void management_ports_are_the_codes_in_compose_dockerfile_and_prometheus() {
        String prometheus = read("monitoring/prometheus/prometheus.yml");
        for (String service : SERVICES) {
            int port = defaults(service).managementPort();
            String stage = stage(service);

            assertThat(environment(services.get(service)).values()).contains(String.valueOf(port));
            assertThat((List<?>) at(services.get(service), "ports"))
                    .extracting(Object::toString)
                    .contains("127.0.0.1:" + port + ":" + port);
            assertThat(stage).containsPattern("EXPOSE .*\\b" + port + "\\b").contains("[\"healthcheck\", \"" + port);
            assertThat(prometheus).containsPattern("names: \\[" + service + "]\\s+type: A\\s+port: " + port + "\\b");
        }
    }

    @Test
    void containers_are_given_more_time_to_stop_than_their_services_take() {
        for (String service : SERVICES) {
            Duration needed = defaults(service).shutdownTimeout().plus(TO_LEAVE).multipliedBy(CLOSED_IN_TURN);
            assertThat(seconds(at(services.get(service), "stop_grace_period")))
                    .as(service)
                    .isGreaterThan(needed);
        }
    }

    @Test
    void every_container_has_a_memory_limit_a_restart_policy_and_a_pinned_image() {
        services.forEach((name, service) -> {
            assertThat(map(service)).as(name).containsKeys("mem_limit", "restart");
            if (at(service, "build") == null) {
                assertThat((String) at(service, "image")).as(name).matches(".+:.*\\d.*");
                assertThat(at(service, "healthcheck")).as(name).isNotNull();
            }
        });
    }

    @Test
    void no_log_fills_the_disk() {
        services.forEach((name, service) -> {
            assertThat(map(at(service, "logging", "options"))).as(name).containsKeys("max-size", "max-file");
        });
    }

    @Test
    void whoever_needs_kafka_waits_for_it_and_for_the_topics() {
        for (String service : SERVICES) {
            assertThat(at(services.get(service), "depends_on", "kafka", "condition"))
                    .isEqualTo("service_healthy");
            assertThat(at(services.get(service), "depends_on", "admin", "condition"))
                    .isEqualTo("service_completed_successfully");
        }
    }

    @Test
    void the_build_of_the_images_knows_every_module() {
        Matcher modules = Pattern.compile("<module>(.+)</module>").matcher(read("pom.xml"));

        assertThat(modules.results().map(module -> module.group(1)))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(dockerfile).contains("COPY %1$s/pom.xml %1$s/".formatted(module)));
    }

    @Test
    void images_run_without_root() {
        assertThat(stage("base")).containsPattern("(?m)^USER app$");
        assertThat(dockerfile.lines().filter(line -> line.startsWith("USER "))).containsOnly("USER app");
    }

    /** Main class by stage, from the entry points in exec form. */
    private Map<String, String> mainClasses() {
        Map<String, String> found = new TreeMap<>();
        Matcher stages = Pattern.compile("(?m)^FROM base AS (\\S+)$").matcher(dockerfile);
        stages.results().map(stage -> stage.group(1)).forEach(stage -> {
            Matcher entry = Pattern.compile("ENTRYPOINT \\[\"java\", \"@/app/java.options\", \"(.+)\"]")
                    .matcher(stage(stage));
            assertThat(entry.find()).as(stage).isTrue();
            found.put(stage, entry.group(1));
        });
        return found;
    }

    private String stage(String name) {
        return Stream.of(dockerfile.split("(?m)^(?=FROM )", -1))
                .filter(stage -> stage.lines().findFirst().orElse("").endsWith(" AS " + name))
                .collect(Collectors.joining());
    }

    private Stream<String> variablesFilledIn() {
        Stream<String> interpolated =
                Pattern.compile("\\$\\{([A-Z_]+)").matcher(file).results().map(variable -> variable.group(1));
        Stream<String> passedThrough = services.values().stream()
                .flatMap(service -> environment(service).entrySet().stream())
                .filter(variable -> variable.getValue() == null)
                .map(Map.Entry::getKey);
        return Stream.concat(interpolated, passedThrough);
    }

    private Stream<String> variablesOfOurServices() {
        return SERVICES.stream().flatMap(name -> environment(services.get(name)).keySet().stream());
    }

    private static Map<String, Object> environment(Object service) {
        Object environment = at(service, "environment");
        return environment == null ? Map.of() : map(environment);
    }

    private static Duration seconds(Object text) {
        return Duration.parse("PT" + text);
    }
}
