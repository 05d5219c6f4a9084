#!/bin/sh
# Measures the pipeline on this machine and prints Markdown; "./bench.sh --help" lists the scenarios.
set -e
cd "$(dirname "$0")"
mvn -B -q -pl bench -am package -Dmaven.test.skip=true -Dshade.skip=true
exec java -Xmx4g -Dlogback.configurationFile=logback-quickstart.xml -Dquickstart.log=bench/target/bench.log -jar bench/target/bench-0.2.0.jar "$@"
