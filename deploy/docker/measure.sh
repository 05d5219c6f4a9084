#!/bin/bash
# How long each running service of docker-compose.yml takes from its container's start to /readyz, three times over, and
# the memory that its process has resident after ten seconds at rest, as a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}

echo "| service | ready after, s | resident at rest, MB |"
echo "| --- | --- | --- |"
for entry in ingress:9101 stream-processor:9102 memory-sink:9103; do
  service=${entry%:*} port=${entry#*:} times=()
  container=$($compose ps -q "$service")
  for _ in 1 2 3; do
    docker stop "$container" >/dev/null
    docker start "$container" >/dev/null
    started=$(date -d "$(docker inspect -f '{{.State.StartedAt}}' "$container")" +%s%N)
    until curl -fs -m 1 -o /dev/null "http://localhost:$port/readyz"; do sleep 0.02; done
    times+=("$(awk -v from="$started" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }')")
  done
  sleep 10
  resident=$(docker exec "$container" awk '/VmRSS/ { printf "%d", $2 / 1024 }' /proc/1/status)
  echo "| $service | $(IFS=,; echo "${times[*]}" | sed 's/,/, /g') | $resident |"
done
