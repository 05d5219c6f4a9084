#!/bin/sh
# The "topics" command line; builds its jar where there is none, or where the sources are newer. "./topics.sh --help" lists the commands.
set -e
cd "$(dirname "$0")"
jar=topics/target/topics-0.1.0-SNAPSHOT-all.jar
# Not every time, as a command is to answer at once; directories count too, so that a file that was taken away is noticed.
if [ ! -f "$jar" ] || [ -n "$(find pom.xml service/pom.xml service/src/main topics/pom.xml topics/src/main -newer "$jar" | head -n 1)" ]; then
  echo "Building $jar…" >&2
  mvn -B -q -pl topics -am package -Dmaven.test.skip=true >&2
fi
exec java -Xmx512m -jar "$jar" "$@"
