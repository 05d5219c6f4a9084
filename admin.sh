#!/bin/sh
# The "admin" command line: topics, dead letters, replay. "./admin.sh --help" lists the commands.
exec "$(dirname "$0")/deploy/run-jar.sh" admin "$@"
