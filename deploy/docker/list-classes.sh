#!/bin/bash
# Writes classes.txt anew: the names of the classes, other people's only, that the pipeline loads while it starts and works,
# as a run of the quick start shows them. The images' class data archives are made of it. To be run after dependencies have
# changed; a class that is not there any more is passed over, one that is missing here is loaded the slow way.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -B -ntp -q -pl quickstart -am package -Dmaven.test.skip=true -Dshade.skip=true
all=$(mktemp) output=$(mktemp)
java -XX:DumpLoadedClassList="$all" -jar quickstart/target/quickstart-0.1.0-SNAPSHOT.jar >"$output" 2>&1 &
quickstart=$!
until grep -q 'It stays up' "$output"; do
  kill -0 $quickstart || { cat "$output" && exit 1; }
  sleep 1
done
kill -TERM $quickstart
wait $quickstart
# Without what only the broker needs, and without generated classes, whose names differ from run to run.
grep -Ev '^[#@]|webhookmemory|^(scala|kafka|com/yammer)/|Lambda|GeneratedMethodAccessor|GeneratedConstructorAccessor' "$all" |
  cut -d' ' -f1 | LC_ALL=C sort -u >deploy/docker/classes.txt
echo "$(wc -l <deploy/docker/classes.txt) classes"
