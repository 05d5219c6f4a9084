package io.webhookmemory.e2e.deployment;

import static io.webhookmemory.e2e.deployment.DeploymentFiles.SERVICES;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.at;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.defaults;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.map;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.read;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.service.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of deploy/kubernetes agrees with the code; no cluster has seen it. */
class KubernetesExampleTest {
    private static final String FOLDER = "deploy/kubernetes/";

    static List<String> services() {
        return SERVICES;
    }

    @Test
    void topics_are_what_the_command_prints() {
        StringWriter printed = new StringWriter();
        AdminCommand.commandLine(new Environment(Map.of()))
                .setOut(new PrintWriter(printed, true))
                .execute("topics", "strimzi", "--cluster", "kafka");

        assertThat(read(FOLDER + "kafka-topics.yaml")).isEqualTo(printed.toString());
    }

    @Test
    void the_topics_partitions_are_what_the_services_are_told() {
        Object told = at(yaml(FOLDER + "settings.yaml").get(0), "data", "TOPICS_PARTITIONS");

        assertThat(yaml(FOLDER + "kafka-topics.yaml"))
                .allSatisfy(topic -> assertThat(String.valueOf(at(topic, "spec", "partitions")))
                        .isEqualTo(told));
    }

    @Test
    void every_file_is_in_the_kustomization() {
        assertThat((List<?>) at(yaml(FOLDER + "kustomization.yaml").get(0), "resources"))
                .extracting(Object::toString)
                .contains("settings.yaml", "kafka-topics.yaml", "ingress.yaml", "network-policies.yaml")
                .allSatisfy(file -> assertThat(yaml(FOLDER + file)).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("services")
    void probes_ask_what_the_management_port_answers(String service) {
        Object container = at(pod(service), "containers", 0);

        assertThat(port(container, "management")).isEqualTo(defaults(service).managementPort());
        assertThat(at(container, "readinessProbe", "httpGet"))
                .isEqualTo(Map.of("path", "/readyz", "port", "management"));
        // Not ready is no reason to restart: a service may restore state, or wait, for as long as it takes.
        for (String probe : List.of("startupProbe", "livenessProbe")) {
            assertThat(at(container, probe, "httpGet")).isEqualTo(Map.of("path", "/livez", "port", "management"));
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void pods_are_given_more_time_to_stop_than_compose_gives(String service) {
        Object compose = at(yaml("docker-compose.yml").get(0), "services", service, "stop_grace_period");

        assertThat((Integer) at(pod(service), "terminationGracePeriodSeconds"))
                .isGreaterThan(Integer.parseInt(compose.toString().replace("s", "")))
                .isGreaterThan((int) defaults(service).shutdownTimeout().toSeconds());
    }

    /** Kubernetes names a variable after every Service of the namespace: REDIS_PORT, INGRESS_PORT, with an address in it. */
    @ParameterizedTest
    @MethodSource("services")
    void variables_of_ours_are_not_overwritten_by_kubernetes_own(String service) {
        assertThat(at(pod(service), "enableServiceLinks")).isEqualTo(false);
    }

    @ParameterizedTest
    @MethodSource("services")
    void containers_have_no_rights_they_do_not_need(String service) {
        Object pod = pod(service);
        Object rights = at(pod, "containers", 0, "securityContext");

        assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(read("Dockerfile")).contains("--uid " + at(pod, "securityContext", "runAsUser"));
        assertThat(at(rights, "allowPrivilegeEscalation")).isEqualTo(false);
        assertThat(at(rights, "readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(at(rights, "capabilities", "drop")).isEqualTo(List.of("ALL"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void pods_hold_no_token_for_kubernetes(String service) {
        assertThat(at(pod(service), "automountServiceAccountToken")).isEqualTo(false);
    }

    @ParameterizedTest
    @MethodSource("services")
    void processor_time_is_requested(String service) {
        assertThat(at(pod(service), "containers", 0, "resources", "requests", "cpu"))
                .isNotNull();
    }

    @Test
    void only_the_ingress_takes_connections_from_anywhere_and_on_its_http_port_only() {
        for (Map<String, Object> policy : policies()) {
            for (Object rule : rules(policy, "ingress")) {
                if (at(rule, "from") == null) {
                    assertThat(at(policy, "spec", "podSelector", "matchLabels"))
                            .isEqualTo(Map.of("app.kubernetes.io/name", "ingress"));
                    assertThat(at(rule, "ports")).isEqualTo(List.of(Map.of("protocol", "TCP", "port", "http")));
                } else {
                    assertThat(at(rule, "from", 0))
                            .isIn(
                                    Map.of(
                                            "namespaceSelector",
                                            Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", "monitoring"))),
                                    Map.of(
                                            "podSelector",
                                            Map.of("matchLabels", Map.of("app.kubernetes.io/name", "console"))));
                    assertThat(at(rule, "ports")).isEqualTo(List.of(Map.of("protocol", "TCP", "port", "management")));
                }
            }
        }
    }

    @Test
    void what_pods_may_reach_is_listed_port_by_port() {
        Object everyPod = policies().get(0);

        assertThat(at(everyPod, "spec", "policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
        for (String service : SERVICES) {
            assertThat(map(at(workload(service), "spec", "template", "metadata", "labels")))
                    .as(service)
                    .containsAllEntriesOf(map(at(everyPod, "spec", "podSelector", "matchLabels")));
        }
        for (Map<String, Object> policy : policies()) {
            assertThat(rules(policy, "egress")).allSatisfy(rule -> {
                assertThat((List<?>) at(rule, "ports")).isNotEmpty();
                assertThat(at(rule, "to") != null
                                || at(rule, "ports", 0, "port").equals(443))
                        .as("%s is open to everywhere", rule)
                        .isTrue();
            });
        }
    }

    private static List<Map<String, Object>> policies() {
        List<Map<String, Object>> policies = yaml(FOLDER + "network-policies.yaml");
        assertThat(policies).extracting(policy -> policy.get("kind")).containsOnly("NetworkPolicy");
        return policies;
    }

    private static List<?> rules(Map<String, Object> policy, String direction) {
        Object rules = at(policy, "spec", direction);
        return rules == null ? List.of() : (List<?>) rules;
    }

    @ParameterizedTest
    @MethodSource("services")
    void memory_is_what_is_requested_and_what_compose_allows(String service) {
        Object resources = at(pod(service), "containers", 0, "resources");
        Object compose = at(yaml("docker-compose.yml").get(0), "services", service, "mem_limit");

        assertThat(at(resources, "limits", "memory"))
                .isEqualTo(at(resources, "requests", "memory"))
                .isEqualTo(compose.toString().replace("m", "Mi"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "stream-processor", "memory-sink"})
    void disruptions_are_bounded_and_find_their_pods(String service) {
        Object budget = document(service, "PodDisruptionBudget");

        assertThat(at(budget, "spec", "selector")).isEqualTo(at(workload(service), "spec", "selector"));
        assertThat(at(workload(service), "spec", "template", "metadata", "labels"))
                .satisfies(labels -> assertThat(map(labels))
                        .containsAllEntriesOf(map(at(workload(service), "spec", "selector", "matchLabels"))));
    }

    /** The alert rules ask for jobs by the services' names. */
    @ParameterizedTest
    @MethodSource("services")
    void the_pod_monitor_finds_each_pod_and_names_its_job_after_its_service(String service) {
        Object monitor = at(yaml(FOLDER + "pod-monitor.yaml").get(0), "spec");
        Map<String, Object> labels = map(at(workload(service), "spec", "template", "metadata", "labels"));

        assertThat(labels)
                .containsAllEntriesOf(map(at(monitor, "selector", "matchLabels")))
                .containsEntry((String) at(monitor, "jobLabel"), service);
        assertThat(at(monitor, "podMetricsEndpoints", 0, "port")).isEqualTo("management");
    }

    @Test
    void the_stream_processor_keeps_its_name_and_its_state() {
        Object set = document("stream-processor", "StatefulSet");
        Object container = at(pod("stream-processor"), "containers", 0);
        Object claim = at(set, "spec", "volumeClaimTemplates", 0, "metadata", "name");

        assertThat(variable(container, "INSTANCE_ID"))
                .isEqualTo(Map.of("fieldRef", Map.of("fieldPath", "metadata.name")));
        assertThat((List<?>) at(container, "volumeMounts"))
                .anySatisfy(mount -> assertThat(mount)
                        .isEqualTo(
                                Map.of("name", claim, "mountPath", variable(container, "STREAM_PROCESSOR_STATE_DIR"))));
    }

    @Test
    void settings_in_the_files_are_settings_that_are_documented() {
        String example = read(".env.example");

        assertThat(map(at(yaml(FOLDER + "settings.yaml").get(0), "data")).keySet())
                .allSatisfy(name -> assertThat(example).containsPattern("(?m)^#?" + name + "="));
        for (String service : SERVICES) {
            Object variables = at(pod(service), "containers", 0, "env");
            for (Object variable : variables == null ? List.of() : (List<?>) variables) {
                assertThat(example).containsPattern("(?m)^#?" + at(variable, "name") + "=");
            }
        }
    }

    private static Object variable(Object container, String name) {
        return ((List<?>) at(container, "env"))
                .stream()
                        .filter(variable -> name.equals(at(variable, "name")))
                        .map(variable ->
                                Objects.requireNonNullElseGet(at(variable, "value"), () -> at(variable, "valueFrom")))
                        .findFirst()
                        .orElseThrow();
    }

    private static int port(Object container, String name) {
        return ((List<?>) at(container, "ports"))
                .stream()
                        .filter(port -> name.equals(at(port, "name")))
                        .mapToInt(port -> (Integer) at(port, "containerPort"))
                        .findFirst()
                        .orElseThrow();
    }

    private static Object pod(String service) {
        return at(workload(service), "spec", "template", "spec");
    }

    private static Object workload(String service) {
        return document(service, service.equals("stream-processor") ? "StatefulSet" : "Deployment");
    }

    private static Object document(String service, String kind) {
        return yaml(FOLDER + service + ".yaml").stream()
                .filter(document -> kind.equals(document.get("kind")))
                .findFirst()
                .orElseThrow();
    }
}
