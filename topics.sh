#!/bin/sh
# Deprecated, goes with 0.3: use ./admin.sh.
case "$1" in dlt | replay | graph | -*) ;; *) set -- topics "$@" ;; esac
exec "$(dirname "$0")/admin.sh" "$@"
