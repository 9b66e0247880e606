#!/usr/bin/env bash
# Runs the job of the current release as one YARN application, and stays while it runs. systemd starts it again whenever it ends,
# and then it goes on from the newest complete checkpoint.
set -euo pipefail
umask 077

root=${ORDERS_ANALYTICS_ROOT:-} # a folder that stands for / in tests
flink="$root/usr/lib/flink"
library="$root/usr/local/lib/orders-analytics"
runtime=${RUNTIME_DIRECTORY:-$root/run/orders-analytics}
pause=${ORDERS_ANALYTICS_PAUSE:-15} # seconds between two looks
patience=${ORDERS_ANALYTICS_PATIENCE:-20} # looks
name=orders-analytics
# gcloud would keep what it prints, the secret too, in a log of its own.
export CLOUDSDK_CORE_DISABLE_FILE_LOGGING=1 CLOUDSDK_CORE_DISABLE_PROMPTS=1

say() { echo "$name: $*"; }
fail() {
  say "$*" >&2
  exit 1
}
said() { tail -n 1 "$runtime/said"; }

# Waited for, so that a signal is answered at once.
child=
await() {
  "$@" &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}
look_later() { await sleep "$pause"; }

forget_secret() { rm -f "$runtime/kafka-user.properties" "$runtime/job.sql"; }
clean_up() {
  [[ -z $child ]] || kill "$child" 2>/dev/null || true
  forget_secret
}
trap clean_up EXIT
trap 'exit 143' TERM INT HUP

# applications [OPTION…]: ids of those of this name that have not ended.
applications() {
  yarn application -list -appStates NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING "$@" 2>"$runtime/said" |
    awk -F '\t' -v name="$name" '{ gsub(/^ +| +$/, "", $1); gsub(/^ +| +$/, "", $2) } $1 ~ /^application_/ && $2 == name { print $1 }'
}

await_yarn() {
  local look
  for ((look = 1; ; look++)); do
    applications >/dev/null && return
    ((look < patience)) || fail "YARN does not answer ($(said)): look at hadoop-yarn-resourcemanager on this master."
    look_later
  done
}

# status ID: the state of an application, and its final state.
status() {
  yarn application -status "$1" 2>"$runtime/said" |
    awk -F ' : ' '{ gsub(/^[ \t]+|[ \t]+$/, "", $1) } $1 == "State" { state = $2 } $1 == "Final-State" { final = $2 } END { if (state == "") exit 1; print state, final }'
}

jobs() { python3 -B "$library/flink.py" "$YARN_WEB/proxy/$1" 2>"$runtime/said"; }

await_end() {
  local look found
  for ((look = 0; look < patience; look++)); do
    found=$(applications) || found=unknown
    [[ -n $found ]] || return 0
    look_later
  done
  return 1
}

# stop_older ID: with a savepoint; where that fails, from the newest checkpoint, which is as exact and only repeats a minute.
stop_older() {
  local job refused=
  say "$1 runs an older release: it is stopped with a savepoint."
  job=$(jobs "$1" | awk '$2 == "RUNNING" { print $1 }') || job=
  if [[ -n $job ]] && await "$flink/bin/flink" stop -t yarn-application "-Dyarn.application.id=$1" \
    --savepointPath "$ANALYTICS_CHECKPOINTS/savepoints" "$job" && await_end; then
    return
  fi
  say "$1 could not be stopped with a savepoint; it is killed, and its newest checkpoint is used."
  yarn application -kill "$1" >"$runtime/said" 2>&1 || refused=$(said)
  await_end || fail "$1 cannot be ended (${refused:-it was killed and still runs}): a second one would write every window twice, so none is started."
}

# The newest snapshot that is complete, whichever job wrote it; `_metadata` is written last. Numbers start anew with each job, so
# only the time tells. In the same second the savepoint is newer: a job ends with it.
newest_checkpoint() {
  if ! gcloud storage ls -l "$ANALYTICS_CHECKPOINTS/**/_metadata" >"$runtime/listing" 2>"$runtime/said"; then
    grep -q 'matched no objects' "$runtime/said" ||
      fail "the checkpoints in $ANALYTICS_CHECKPOINTS cannot be listed ($(said)); without them the job would count everything twice."
    refuse_lost_checkpoints
    return
  fi
  awk '$3 ~ /\/(chk-[0-9]+|savepoint-[^\/]+)\/_metadata$/ {
    sub(/\/_metadata$/, "", $3); number = $3; sub(/.*\/(chk-|savepoint-.*)/, "", number)
    printf "%s %d %012d %s\n", $2, $3 !~ /\/chk-[0-9]+$/, number, $3 }' "$runtime/listing" | LC_ALL=C sort | tail -n 1 | cut -d ' ' -f 4
}

# Windows are committed by checkpoints only: where there is a window, there was a checkpoint.
refuse_lost_checkpoints() {
  if gcloud storage ls "$ANALYTICS_RESULTS/orders_per_minute/**" >"$runtime/listing" 2>"$runtime/said"; then
    fail "there are windows in $ANALYTICS_RESULTS and no checkpoint in $ANALYTICS_CHECKPOINTS: from the first event on, all would be counted twice. Bring a checkpoint back, or move the results away."
  fi
  grep -q 'matched no objects' "$runtime/said" || fail "the results in $ANALYTICS_RESULTS cannot be listed ($(said))."
  say "there is no checkpoint in $ANALYTICS_CHECKPOINTS yet: the job starts at the first event." >&2
}

render_job() {
  gcloud storage cp "$ANALYTICS_ARTIFACTS/releases/$release/job.sql" "$runtime/release.sql" >"$runtime/said" 2>&1 ||
    fail "release $release is missing in $ANALYTICS_ARTIFACTS/releases ($(said)): deploy it again, or point \"current\" at another."
  local -a codes
  # Straight from one program to the other: the secret is in no variable and in no argument.
  set +e
  gcloud secrets versions access latest "--secret=$ANALYTICS_SECRET" 2>"$runtime/said" |
    python3 -B "$library/render-job.py" "$runtime/release.sql" "$runtime" 2>"$runtime/render"
  codes=("${PIPESTATUS[@]}")
  set -e
  ((codes[0] == 0)) || fail "no access to the secret $ANALYTICS_SECRET ($(said)): the cluster's account needs secretAccessor, and the secret a version."
  ((codes[1] == 0)) || fail "$(tail -n 1 "$runtime/render")"
}

# An application that was killed leaves what was shipped to it in its staging folder. None of this name runs now.
forget_shipped_secrets() {
  hdfs dfs -rm -f -skipTrash '.flink/*/kafka-user.properties' >"$runtime/said" 2>&1 ||
    say "what was shipped to earlier applications could not be removed ($(said)): look below .flink in HDFS." >&2
}

submit() {
  local checkpoint look
  checkpoint=$(newest_checkpoint)
  forget_shipped_secrets
  render_job
  local -a settings=(
    -Dexecution.target=yarn-application
    "-Dyarn.application.name=$name"
    "-Dyarn.tags=$release"
    # A second attempt would begin at the checkpoint of the first one's start, and write what came after it again.
    -Dyarn.application-attempts=1
    "-Dyarn.ship-files=$runtime/kafka-user.properties"
    -Dparallelism.default=1
    # Results are committed by checkpoints: a window can be read a minute after it ended at the latest.
    -Dexecution.checkpointing.interval=60s
    "-Dexecution.checkpointing.dir=$ANALYTICS_CHECKPOINTS/checkpoints"
    "-Dexecution.checkpointing.savepoint-dir=$ANALYTICS_CHECKPOINTS/savepoints"
    -Dexecution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION
    # A part that is not committed yet is removed afterwards, which the bucket of results does not allow.
    "-Dgs.writer.temporary.bucket.name=${ANALYTICS_TEMPORARY#gs://}"
    # Checkpoints are whole then, so that none needs a file that the bucket has removed for its age.
    -Dstate.backend.type=hashmap
  )
  [[ -z $checkpoint ]] || settings+=("-Dexecution.state-recovery.path=$checkpoint")
  say "submitting release $release${checkpoint:+, from $checkpoint}."
  # Its status says nothing: it is 0 even when the job fails.
  await "$flink/bin/sql-client.sh" -f "$runtime/job.sql" "${settings[@]}" || say "sql-client.sh ended with $?."
  forget_secret
  for ((look = 0; look < patience; look++)); do
    application=$(applications -appTags "$release") || application=
    [[ -z $application ]] || return 0
    look_later
  done
  fail "sql-client.sh is done and YARN runs no $name: yarn application -list -appStates FAILED,KILLED,FINISHED tells what became of it."
}

# watch ID: returns only by leaving; an application that has ended is a failure, however it ended.
watch() {
  local state found silent=0 idle=0
  while true; do
    if state=$(status "$1"); then
      silent=0
      case $state in
        NEW* | SUBMITTED* | ACCEPTED*) ;;
        RUNNING*)
          # An application whose job has ended may live on.
          if found=$(jobs "$1") && ! grep -qE ' (INITIALIZING|CREATED|RUNNING|RESTARTING|FAILING|RECONCILING|SUSPENDED)$' <<<"$found"; then
            idle=$((idle + 1))
          else
            idle=0
          fi
          if ((idle > patience)); then
            yarn application -kill "$1" >"$runtime/said" 2>&1 || true
            fail "$1 ran without a job (${found:-none}) and was killed: yarn logs -applicationId $1 tells why."
          fi
          ;;
        *) fail "$1 ended (${state/ /, }): yarn logs -applicationId $1 tells why." ;;
      esac
    else
      silent=$((silent + 1))
      ((silent < patience)) || fail "YARN does not tell the state of $1 ($(said))."
    fi
    look_later
  done
}

mkdir -p "$runtime" "$root/run/lock"
exec 9>"$root/run/lock/$name.lock"
flock -n 9 || fail "another $name.sh runs on this machine: two would submit two jobs."
release=$(gcloud storage cat "$ANALYTICS_ARTIFACTS/current" 2>"$runtime/said" | tr -d '[:space:]') ||
  fail "$ANALYTICS_ARTIFACTS/current cannot be read ($(said))."
[[ $release =~ ^[0-9a-f]{64}$ ]] || fail "$ANALYTICS_ARTIFACTS/current should hold the hash of a release, and holds \"$release\"."
HADOOP_CLASSPATH=$(hadoop classpath) || fail "\"hadoop classpath\" fails, and Flink finds YARN by it only."
export HADOOP_CLASSPATH HADOOP_CONF_DIR=${HADOOP_CONF_DIR:-/etc/hadoop/conf}
await_yarn
application=$(applications)
[[ $application != *$'\n'* ]] ||
  fail "there is more than one $name (${application//$'\n'/, }): each writes every window. Kill all but the oldest with yarn application -kill."
mine=$(applications -appTags "$release") || fail "YARN does not answer ($(said))."
if [[ -n $application && $application != "$mine" ]]; then
  stop_older "$application"
  application=
fi
if [[ -n $application ]]; then say "$application runs release $release already."; else submit; fi
say "watching $application."
watch "$application"
