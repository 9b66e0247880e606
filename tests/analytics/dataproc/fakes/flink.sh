#!/usr/bin/env bash
# Stands in for Flink's command line: a stop ends the application and leaves a savepoint.
printf 'flink %s\n' "$*" >>"$SANDBOX/calls"
if [[ -e $SANDBOX/stop-fails ]]; then exit 1; fi
for argument in "$@"; do [[ $argument != -Dyarn.application.id=* ]] || application=${argument#*=}; done
echo FINISHED >"$SANDBOX/applications/$application/state"
savepoint="$SANDBOX/buckets/checkpoints/orders-analytics/savepoints/savepoint-abc-1"
mkdir -p "$savepoint" && echo 1 >"$savepoint/_metadata"
