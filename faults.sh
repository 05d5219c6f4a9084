#!/bin/sh
# Runs the fault suite and prints its table: three brokers and the services as processes, with faults drawn by a seed.
set -e
cd "$(dirname "$0")"
usage() {
  echo "Usage: ./faults.sh [--minutes N] [--seed N]"
  echo "  --minutes  stop after the round in which this time ends; default 10"
  echo "  --seed     draws the faults and the webhooks; default 1"
}
minutes=10
seed=1
while [ $# -gt 0 ]; do
  case "$1" in
    --help) usage; exit 0 ;;
    --minutes) minutes=$2 ;;
    --seed) seed=$2 ;;
    *) echo "faults.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
  case "$2" in
    "" | 0 | *[!0-9]*) echo "faults.sh: $1 needs a whole number above 0" >&2; exit 2 ;;
  esac
  shift 2
done
echo "Building…"
code=0
mvn -B -q verify -pl e2e -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=FaultsIT \
  -Dfailsafe.failIfNoSpecifiedTests=false -Dshade.skip=true -Dfaults.minutes="$minutes" -Dfaults.seed="$seed" || code=$?
cat e2e/target/faults/table.md
exit $code
