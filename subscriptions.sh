#!/bin/sh
# The "subscriptions" command line: notification channels at Zoho CRM. "./subscriptions.sh --help" lists the commands.
[ $# -gt 0 ] || set -- --help
exec "$(dirname "$0")/deploy/run-jar.sh" subscriptions "$@"
