#!/bin/sh
# The "topics" command line; builds its jar where there is none. "./topics.sh --help" lists the commands.
set -e
cd "$(dirname "$0")"
jar=topics/target/topics-0.1.0-SNAPSHOT-all.jar
if [ ! -f "$jar" ]; then
  echo "Building $jar…" >&2
  mvn -B -q -pl topics -am package -Dmaven.test.skip=true >&2
fi
exec java -Xmx512m -jar "$jar" "$@"
