#!/bin/bash
# Writes the names of the classes that the pipeline loads while it starts and works, other people's only, to the given file:
# from a run of the quick start, which is stopped as soon as its webhooks have arrived. The list is what the images' class
# data archives are made of; a run that fails leaves it shorter, and services then start slower and work alike.
set -uo pipefail
list=$1 output=$(mktemp) all=$(mktemp)

java -XX:DumpLoadedClassList="$all" -cp 'quickstart/target/dependency/*:quickstart/target/classes' \
  io.webhookmemory.quickstart.Quickstart >"$output" 2>&1 &
quickstart=$!
for _ in {1..180}; do
  grep -q 'It stays up' "$output" && break
  kill -0 $quickstart 2>/dev/null || { tail -5 "$output" >&2 && break; }
  sleep 1
done
kill -TERM $quickstart 2>/dev/null
wait $quickstart
# Sorted, and without what changes with our own code: the same list as long as the dependencies are the same.
grep -v -e '^#' -e webhookmemory "$all" | LC_ALL=C sort -u >"$list"
echo "$(wc -l <"$list") classes listed"
