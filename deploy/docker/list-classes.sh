#!/bin/bash
# Writes classes/ anew: for each image the names of the classes, other people's only, that its service loads while it starts
# and works. The images' class data archives are made of them. An archive is resident as a whole, so that each service has a
# list of its own. To be run after dependencies have changed, with a .env and Docker; a class that is not there any more is
# passed over, one that is missing here is loaded the slow way.
set -euo pipefail
cd "$(dirname "$0")/../.."
compose="${COMPOSE:-docker compose} --profile double -f docker-compose.yml -f deploy/docker/list-classes.yml"
$compose up -d --build --force-recreate ingress stream-processor memory-sink cognee-double

secret=$(sed -n 's/^WEBHOOK_SECRET=//p' .env)
for record in 1 2 3; do
  body='{"operation":"create","module":"Accounts","data":[{"id":"572576700000000000'$record'","Account_Name":"Listed"}]}'
  signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
  until curl -fs -o /dev/null -X POST http://localhost:8000/webhooks/zoho -H "X-Zoho-Signature: $signature" -d "$body"; do sleep 1; done
done
until curl -fs http://localhost:8001/api/v1/datasets | grep -q account_5725767000000000003; do sleep 1; done
for port in 9101 9102 9103; do curl -fs "http://localhost:$port/metrics" >/dev/null; done
sleep 10 # What comes at intervals: health, commits, lag.

mkdir -p deploy/docker/classes
for service in ingress stream-processor memory-sink cognee-double; do
  # Without generated classes, whose names differ from run to run.
  $compose exec -T "$service" cat /tmp/classes.log |
    sed -nE 's/^\[.*\] (\S+) source: (shared objects file|jrt:|file:).*/\1/p' |
    grep -Ev 'webhookmemory|Lambda|0x|Generated(Method|Constructor)Accessor' |
    tr . / | LC_ALL=C sort -u >"deploy/docker/classes/$service.txt"
  wc -l "deploy/docker/classes/$service.txt"
done
$compose stop
