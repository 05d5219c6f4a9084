#!/bin/bash
# For each running service of docker-compose.yml: the time from its container's start to /readyz and the CPU time until then, each
# three times, and the resident memory of its process after ten seconds at rest; as a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/../.."
compose=${COMPOSE:-docker compose}

echo "| service | ready after, s | CPU time until then, s | resident at rest, MB |"
echo "| --- | --- | --- | --- |"
listed() { local IFS=,; sed 's/,/, /g' <<<"$*"; }
for entry in ingress:9101 subscriptions:9104 stream-processor:9102 memory-sink:9103; do
  service=${entry%:*} port=${entry#*:} times=() work=()
  container=$($compose --profile zoho ps -q "$service")
  # subscriptions runs only with Zoho's credentials.
  [ -n "$container" ] || continue
  for _ in 1 2 3; do
    docker stop "$container" >/dev/null
    docker start "$container" >/dev/null
    started=$(date -d "$(docker inspect -f '{{.State.StartedAt}}' "$container")" +%s%N)
    until curl -fs -m 1 -o /dev/null "http://localhost:$port/readyz"; do sleep 0.02; done
    work+=("$(docker exec "$container" awk -v ticks="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15) / ticks }' /proc/1/stat)")
    times+=("$(awk -v from="$started" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }')")
  done
  sleep 10
  resident=$(docker exec "$container" awk '/VmRSS/ { printf "%d", $2 / 1024 }' /proc/1/status)
  echo "| $service | $(listed "${times[@]}") | $(listed "${work[@]}") | $resident |"
done
