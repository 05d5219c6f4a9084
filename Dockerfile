# One image for each service, from one file: docker build --target ingress -t webhook-memory/ingress .
# Targets: ingress, subscriptions, stream-processor, memory-sink, console, admin, cognee-double.

# ---- Build ------------------------------------------------------------------------------------------------------
FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /build
# First what Maven has to download, which changes seldom: all poms, and no sources.
COPY pom.xml ./
COPY .mvn .mvn
COPY topics/pom.xml topics/
COPY testkit/pom.xml testkit/
COPY service/pom.xml service/
COPY zoho/pom.xml zoho/
COPY ingress/pom.xml ingress/
COPY subscriptions/pom.xml subscriptions/
COPY stream-processor/pom.xml stream-processor/
COPY memory-sink/pom.xml memory-sink/
COPY admin/pom.xml admin/
COPY console/pom.xml console/
COPY quickstart/pom.xml quickstart/
COPY bench/pom.xml bench/
COPY e2e/pom.xml e2e/
ARG MAVEN="mvn -B -ntp -q -pl quickstart -am -Dmaven.test.skip=true -Dshade.skip=true"
# The templates' compiler wants their directory.
RUN mkdir -p console/src/main/jte && $MAVEN package
COPY topics/src topics/src
COPY testkit/src testkit/src
COPY service/src service/src
COPY zoho/src zoho/src
COPY ingress/src ingress/src
COPY subscriptions/src subscriptions/src
COPY stream-processor/src stream-processor/src
COPY memory-sink/src memory-sink/src
COPY admin/src admin/src
COPY console/src console/src
# The console shows their text.
COPY monitoring/prometheus/rules monitoring/prometheus/rules
COPY docs/runbook.md docs/
COPY quickstart/src quickstart/src
# The commit that --version and the metrics name; the build has no Git repository.
ARG COMMIT=unknown
RUN $MAVEN -Dcommit=$COMMIT package dependency:copy-dependencies -DincludeScope=runtime -Dmdep.prependGroupId=true
COPY deploy/docker/lay-out.sh deploy/docker/java.options deploy/docker/
RUN deploy/docker/lay-out.sh ingress subscriptions stream-processor memory-sink console admin testkit

# ---- Lists the classes that each image loads: runs the services once, beside embedded parts, without a network --------
FROM build AS training
RUN java -cp "quickstart/target/classes:quickstart/target/dependency/*" -Dlogback.configurationFile=logback-quickstart.xml \
  io.webhookmemory.quickstart.TrainingRun /image

# ---- What all images stand on -----------------------------------------------------------------------------------
FROM eclipse-temurin:17-jre AS base
RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app --home-dir /app --no-create-home app \
 && mkdir -p /app /var/lib/webhook-memory && chown app:app /app /var/lib/webhook-memory
# glibc would keep a pool of memory for every thread.
ENV MALLOC_ARENA_MAX=2
WORKDIR /app
COPY deploy/docker/healthcheck deploy/docker/archive-classes /usr/local/bin/
USER app

# ---- The services: dependencies and the archive of their classes, which change seldom; then our own classes -----
FROM base AS ingress
COPY --from=build /image/ingress/lib /app/lib
COPY --from=training /image/ingress/lib.options /image/ingress/classes.txt /app/
RUN archive-classes
COPY --from=build /image/ingress/modules /app/modules
COPY --from=build /image/ingress/java.options /app/
EXPOSE 8000 9101
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["healthcheck", "9101"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.ingress.IngressMain"]

FROM base AS subscriptions
COPY --from=build /image/subscriptions/lib /app/lib
COPY --from=training /image/subscriptions/lib.options /image/subscriptions/classes.txt /app/
RUN archive-classes
COPY --from=build /image/subscriptions/modules /app/modules
COPY --from=build /image/subscriptions/java.options /app/
EXPOSE 9104
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["healthcheck", "9104"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.subscriptions.SubscriptionsMain"]

FROM base AS stream-processor
COPY --from=build /image/stream-processor/lib /app/lib
COPY --from=training /image/stream-processor/lib.options /image/stream-processor/classes.txt /app/
RUN archive-classes
COPY --from=build /image/stream-processor/modules /app/modules
COPY --from=build /image/stream-processor/java.options /app/
ENV STREAM_PROCESSOR_STATE_DIR=/var/lib/webhook-memory
VOLUME /var/lib/webhook-memory
EXPOSE 9102
HEALTHCHECK --interval=10s --timeout=4s --start-period=5m --retries=3 CMD ["healthcheck", "9102"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.processor.StreamProcessorMain"]

FROM base AS memory-sink
COPY --from=build /image/memory-sink/lib /app/lib
COPY --from=training /image/memory-sink/lib.options /image/memory-sink/classes.txt /app/
RUN archive-classes
COPY --from=build /image/memory-sink/modules /app/modules
COPY --from=build /image/memory-sink/java.options /app/
EXPOSE 9103
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["healthcheck", "9103"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.sink.MemorySinkMain"]

FROM base AS console
COPY --from=build /image/console/lib /app/lib
COPY --from=training /image/console/lib.options /image/console/classes.txt /app/
RUN archive-classes
COPY --from=build /image/console/modules /app/modules
COPY --from=build /image/console/java.options /app/
EXPOSE 8090 9105
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["healthcheck", "9105"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.console.ConsoleMain"]

FROM base AS admin
COPY --from=build /image/admin/lib /app/lib
COPY --from=training /image/admin/lib.options /image/admin/classes.txt /app/
RUN archive-classes
COPY --from=build /image/admin/modules /app/modules
COPY --from=build /image/admin/java.options /app/
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.admin.AdminMain"]
CMD ["--help"]

# Not for production: stands in for Cognee, keeps documents in memory only.
FROM base AS cognee-double
COPY --from=build /image/testkit/lib /app/lib
COPY --from=training /image/testkit/lib.options /image/testkit/classes.txt /app/
RUN archive-classes
COPY --from=build /image/testkit/modules /app/modules
COPY --from=build /image/testkit/java.options /app/
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s --retries=3 CMD ["healthcheck", "8000", "/health"]
ENTRYPOINT ["java", "@/app/java.options", "io.webhookmemory.testkit.cognee.CogneeDoubleMain"]
