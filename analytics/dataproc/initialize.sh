#!/usr/bin/env bash
# Initialization action of the Dataproc cluster: prepares the master to run the job that the artifacts bucket calls current.
# Workers have nothing to do: YARN ships lib/ and plugins/ from the master. Safe to run again; a new release restarts the job.
set -euo pipefail

root=${ORDERS_ANALYTICS_ROOT:-} # a folder that stands for / in tests
metadata=${METADATA_COMMAND:-/usr/share/google/get_metadata_value}
flink="$root/usr/lib/flink"
flink_version=2.2
library="$root/usr/local/lib/orders-analytics"
units="$root/etc/systemd/system"
environment_file="$root/etc/orders-analytics.env"

fail() {
  echo "orders-analytics: $*" >&2
  exit 1
}

# attribute KEY PATTERN: a value of the cluster's metadata; the pattern keeps it from breaking the files that it is written into.
attribute() {
  local value
  value=$("$metadata" "attributes/$1" 2>/dev/null) || fail "the cluster has no metadata \"$1\"; stacks/gcp sets it."
  [[ $value =~ $2 ]] || fail "the metadata \"$1\" is \"$value\", which does not look like $2."
  printf '%s' "$value"
}

check_commands() {
  local name
  for name in gcloud yarn hdfs hadoop python3 flock sha256sum systemctl; do
    command -v "$name" >/dev/null || fail "the image has no command \"$name\"; a Dataproc 3.0 master with the component FLINK has it."
  done
}

# in_flink PATTERN: what lies below Flink's home, one name a line; nothing is no error.
in_flink() {
  (cd "$flink" && compgen -G "$1") || true
}

# one PATTERN: the only file of a pattern below Flink's home, or a sentence that names what was found.
one() {
  local found
  found=$(in_flink "$1")
  [[ -n $found && $found != *$'\n'* ]] || fail "$flink should hold one $1, but holds ${found:-none}."
  printf '%s' "$found"
}

check_flink() {
  [[ -d $flink ]] || fail "there is no Flink in $flink: create the cluster with the component FLINK, or correct the path here."
  [[ -x $flink/bin/sql-client.sh ]] || fail "$flink has no bin/sql-client.sh, which submits the job."
  local distribution
  distribution=$(one 'lib/flink-dist-*.jar')
  [[ $distribution =~ flink-dist-$flink_version\.[0-9]+ ]] ||
    fail "the job needs Flink $flink_version, and the image has $distribution: choose the image 3.0-debian13."
  if [[ ! -f $flink/conf/config.yaml ]]; then
    fail "Flink 2 reads $flink/conf/config.yaml, which is missing; the folder holds: $(in_flink 'conf/*' | tr '\n' ' ')."
  fi
  one 'opt/flink-sql-client-*.jar' >/dev/null
  one 'opt/flink-sql-gateway-*.jar' >/dev/null
  # Application mode for SQL stands and falls with this class.
  python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).getinfo(sys.argv[2])' "$flink/$(one 'lib/flink-table-runtime-*.jar')" \
    org/apache/flink/table/runtime/application/SqlDriver.class 2>/dev/null ||
    fail "this Flink cannot run a SQL script as a YARN application: flink-table-runtime has no SqlDriver."
}

# The user's secret passes through the staging folder of YARN; that must not be a bucket.
check_staging() {
  local name
  name=$(hdfs getconf -confKey fs.defaultFS) || fail "hdfs does not tell fs.defaultFS: is HDFS configured on this master?"
  [[ $name == hdfs://* ]] || fail "the file system of the cluster is $name, and the job's secret may pass through hdfs:// only."
}

fetch_release() {
  release=$(gcloud storage cat "$artifacts/current" 2>"$stage/said") ||
    fail "$artifacts/current cannot be read ($(tail -n 1 "$stage/said")): deploy a release, and let the cluster's account read the bucket."
  release=$(tr -d '[:space:]' <<<"$release")
  [[ $release =~ ^[0-9a-f]{64}$ ]] || fail "$artifacts/current should hold the hash of a release, and holds \"$release\"."
  mkdir -p "$stage/release"
  gcloud storage cp "$artifacts/releases/$release/*" "$stage/release/" >"$stage/said" 2>&1 ||
    fail "release $release is missing in $artifacts/releases ($(tail -n 1 "$stage/said"))."
  local sum
  sum=$(cd "$stage/release" && LC_ALL=C && sha256sum -- * | sha256sum | cut -d ' ' -f 1)
  [[ $sum == "$release" ]] || fail "the files of release $release have the hash $sum: it was changed or only half uploaded; nothing is installed."
}

fetch_jars() {
  local sums="$stage/release/jars.sha256" sum path extra
  [[ -s $sums ]] || fail "release $release has no jars.sha256; nothing is installed."
  while read -r sum path extra; do
    [[ $sum =~ ^[0-9a-f]{64}$ && -z $extra && $path =~ ^(lib|plugins/gs-fs-hadoop)/[A-Za-z0-9._-]+\.jar$ ]] ||
      fail "jars.sha256 has a line that is no sum and place: \"$sum $path $extra\"; nothing is installed."
    mkdir -p "$stage/flink/${path%/*}"
    gcloud storage cp "$artifacts/jars/${path##*/}" "$stage/flink/$path" >"$stage/said" 2>&1 ||
      fail "$artifacts/jars/${path##*/} is missing ($(tail -n 1 "$stage/said")): run \"npm run analytics:publish\"."
  done <"$sums"
  (cd "$stage/flink" && sha256sum --strict --quiet -c "$sums") >"$stage/said" 2>&1 ||
    fail "a jar is not the one that was pinned ($(head -n 1 "$stage/said")); nothing is installed."
  for path in 'lib/flink-sql-connector-kafka-*.jar' 'plugins/gs-fs-hadoop/flink-gs-fs-hadoop-*.jar'; do
    (cd "$stage/flink" && compgen -G "$path" >/dev/null) || fail "jars.sha256 lists no $path; nothing is installed."
  done
  refuse_rivals
}

# Two versions of a jar on one class path would be a matter of luck. What an earlier release brought goes.
refuse_rivals() {
  local file
  while read -r file; do
    [[ -e $stage/flink/$file ]] && continue
    grep -qsF "  $file" "$library/jars.sha256" ||
      fail "$flink holds $file already, which is not pinned here: remove it, or pin it in jars.json."
    outdated+=("$flink/$file")
  done < <(in_flink 'lib/flink-*connector-kafka*.jar' && in_flink 'plugins/*/flink-gs-fs-hadoop*.jar' && in_flink 'plugins/gs-fs-hadoop/*guava*.jar')
  file=$(in_flink 'opt/flink-gs-fs-hadoop-*.jar')
  [[ -z $file ]] || echo "orders-analytics: the image brings $file; the pinned plugin is used."
}

# put MODE FROM TO: whole or not at all, and untouched where nothing changed.
put() {
  if ! cmp -s "$2" "$3"; then
    install -D -m "$1" "$2" "$3.new"
    mv -f "$3.new" "$3"
    changed=yes
  fi
}

install_release() {
  local file
  ((${#outdated[@]} == 0)) || rm -f -- "${outdated[@]}"
  while read -r file; do put 0644 "$stage/flink/$file" "$flink/$file"; done < <(cd "$stage/flink" && find . -type f -printf '%P\n')
  for file in "$stage"/release/*; do
    case $file in
      *.sh) put 0755 "$file" "$library/${file##*/}" ;;
      *.py | */jars.sha256) put 0644 "$file" "$library/${file##*/}" ;;
      *.service | *.timer) put 0644 "$file" "$units/${file##*/}" ;;
    esac
  done
  {
    echo "ANALYTICS_ENVIRONMENT=$environment"
    echo "ANALYTICS_RELEASE=$release"
    echo "ANALYTICS_ARTIFACTS=$artifacts"
    echo "ANALYTICS_CHECKPOINTS=$checkpoints"
    echo "ANALYTICS_RESULTS=$results"
    echo "ANALYTICS_TEMPORARY=$temporary"
    echo "ANALYTICS_SECRET=$secret"
    echo "YARN_WEB=http://$(hostname -f):8088"
  } >"$stage/environment"
  put 0644 "$stage/environment" "$environment_file"
}

role=$("$metadata" attributes/dataproc-role 2>/dev/null) || fail "the metadata \"dataproc-role\" cannot be read: this runs on a node of Dataproc."
[[ $role == Master ]] || exit 0

bucket='gs://[a-z0-9][a-z0-9._-]+'
artifacts=$(attribute analytics-artifacts "^$bucket/orders-analytics\$")
checkpoints=$(attribute analytics-checkpoints "^$bucket/orders-analytics\$")
results=$(attribute analytics-results "^$bucket\$")
temporary=$(attribute analytics-temporary "^$bucket\$")
secret=$(attribute analytics-secret '^projects/[a-z0-9:.-]+/secrets/[A-Za-z0-9_-]+$')
environment=$(attribute analytics-environment '^[a-z][a-z0-9-]*$')
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
changed=no
outdated=()
check_commands
check_flink
check_staging
fetch_release
fetch_jars
install_release
systemctl daemon-reload
if [[ $changed == yes ]]; then
  systemctl enable orders-analytics.service watch-analytics.timer
  systemctl restart orders-analytics.service watch-analytics.timer
else
  systemctl enable --now orders-analytics.service watch-analytics.timer
fi
echo "orders-analytics: release $release is installed."
