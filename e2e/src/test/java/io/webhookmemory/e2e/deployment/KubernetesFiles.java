package io.webhookmemory.e2e.deployment;

import static io.webhookmemory.e2e.deployment.DeploymentFiles.SERVICES;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.at;
import static io.webhookmemory.e2e.deployment.DeploymentFiles.yaml;

import java.util.List;
import java.util.stream.Stream;

/** The workloads of deploy/kubernetes, by the names of their files. */
final class KubernetesFiles {
    static final String FOLDER = "deploy/kubernetes/";
    static final String TOPICS_JOB = "topics-job";

    private KubernetesFiles() {}

    /** The services, and the command line in its two forms. */
    static List<String> pods() {
        return Stream.concat(SERVICES.stream(), Stream.of("admin", TOPICS_JOB)).toList();
    }

    static Object pod(String service) {
        return at(workload(service), "spec", "template", "spec");
    }

    static Object workload(String service) {
        return document(
                service,
                switch (service) {
                    case "stream-processor" -> "StatefulSet";
                    case TOPICS_JOB -> "Job";
                    default -> "Deployment";
                });
    }

    static Object document(String service, String kind) {
        return yaml(FOLDER + service + ".yaml").stream()
                .filter(document -> kind.equals(document.get("kind")))
                .findFirst()
                .orElseThrow();
    }
}
