#!/usr/bin/env bash
# Stands in for yarn: an application is a folder with the files name, state, final and tags.
printf 'yarn %s\n' "$*" >>"$SANDBOX/calls"
if [[ -e $SANDBOX/yarn-down ]]; then
  echo 'Call From master to master:8032 failed on connection exception: Connection refused' >&2
  exit 1
fi
case "$2" in
  -list)
    shift 2
    while (($# > 0)); do
      [[ $1 == -appStates ]] && states=,$2,
      [[ $1 == -appTags ]] && tags=$2
      shift 2
    done
    printf 'Total number of applications (application-types: [], states: [] and tags: []):1\n'
    printf '                Application-Id\t    Application-Name\t    Application-Type\t      User\t     Queue\t             State\n'
    for folder in "$SANDBOX"/applications/*; do
      [[ -d $folder && $states == *",$(<"$folder/state"),"* ]] || continue
      [[ -z ${tags:-} || $(<"$folder/tags") == "$tags" ]] || continue
      printf '%s\t%20s\t        Apache Flink\t      root\t   default\t%18s\n' "${folder##*/}" "$(<"$folder/name")" "$(<"$folder/state")"
    done
    ;;
  -status)
    folder=$SANDBOX/applications/$3
    printf 'Application Report : \n\tApplication-Id : %s\n\tApplication-Name : %s\n' "$3" "$(<"$folder/name")"
    printf '\tStart-Time : 1\n\tState : %s\n\tFinal-State : %s\n\tTracking-URL : http://worker:1\n' "$(<"$folder/state")" "$(<"$folder/final")"
    ;;
  -kill)
    [[ -e $SANDBOX/kill-fails ]] && { echo 'not allowed' >&2; exit 1; }
    echo KILLED >"$SANDBOX/applications/$3/state"
    ;;
esac
