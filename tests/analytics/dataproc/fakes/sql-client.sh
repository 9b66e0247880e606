#!/usr/bin/env bash
# Stands in for Flink's sql-client.sh: keeps what it was given, starts an application, and says 0 whatever becomes of it.
printf 'sql-client.sh %s\n' "$*" >>"$SANDBOX/calls"
mkdir -p "$SANDBOX/submitted"
env >"$SANDBOX/submitted/environment"
for argument in "$@"; do
  case $argument in
    -Dyarn.ship-files=*) secret=${argument#*=} ;;
    -Dyarn.tags=*) tags=${argument#*=} ;;
    *.sql) job=$argument ;;
  esac
done
cp "$secret" "$job" "$SANDBOX/submitted/"
stat -c '%a' "$secret" "$job" >"$SANDBOX/submitted/modes"
if [[ -e $SANDBOX/sql-client-hangs ]]; then exec sleep 60; fi
state=RUNNING
[[ ! -e $SANDBOX/becomes ]] || state=$(<"$SANDBOX/becomes")
if [[ $state != nothing ]]; then
  folder=$SANDBOX/applications/application_2_0001
  mkdir -p "$folder"
  echo orders-analytics >"$folder/name"
  echo "$tags" >"$folder/tags"
  echo UNDEFINED >"$folder/final"
  echo "$state" >"$folder/state"
fi
exit 0
