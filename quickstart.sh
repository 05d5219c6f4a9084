#!/bin/sh
# Builds what is needed and starts the whole pipeline on embedded parts; needs JDK 17 and Maven, no Docker.
set -e
cd "$(dirname "$0")"
echo "Building (the first time Maven fetches the libraries, which takes a few minutes)…"
mvn -B -q -pl quickstart -am package -Dmaven.test.skip=true -Dshade.skip=true
# Without it, glibc keeps an arena of memory for each of many threads.
export MALLOC_ARENA_MAX=2
exec java @quickstart/java.options -jar quickstart/target/quickstart-0.2.0.jar
