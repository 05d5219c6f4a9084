#!/bin/sh
# Runs a module's jar; builds it if there is none or the sources are newer.
set -e
module=$1
shift
cd "$(dirname "$0")/.."
jar=$module/target/$module-0.2.0-all.jar
# Not always, as a command must respond at once; directories count too, so that a deleted file is noticed.
sources=pom.xml
for part in topics service zoho "$module"; do sources="$sources $part/pom.xml $part/src/main"; done
# shellcheck disable=SC2086
if [ ! -f "$jar" ] || [ -n "$(find $sources -newer "$jar" | head -n 1)" ]; then
  echo "Building $jar…" >&2
  mvn -B -q -pl "$module" -am package -Dmaven.test.skip=true >&2
fi
exec java -Xmx512m -jar "$jar" "$@"
