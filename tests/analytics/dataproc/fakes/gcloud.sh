#!/usr/bin/env bash
# Stands in for gcloud: buckets are folders, the secret is a file, and every call is recorded.
printf 'gcloud %s\n' "$*" >>"$SANDBOX/calls"
for failure in "$SANDBOX"/gcloud-fails/*; do
  # A line for Cloud Logging may quote a call that failed.
  if [[ -e $failure && "$*" == *"${failure##*/}"* && ($1 != logging || ${failure##*/} == logging*) ]]; then
    cat "$failure" >&2
    exit 1
  fi
done
place() { printf '%s' "$SANDBOX/buckets/${1#gs://}"; }
matching() {
  local path base
  path=$(place "$1")
  base=${path%%/\*\**}
  find "$base" -type f -path "*${path#*\*\*}" 2>/dev/null | sort
}
case "$1 $2" in
  'storage cat')
    shift 2
    for url in "$@"; do cat "$(place "$url")" 2>/dev/null || { echo 'ERROR: The following URLs matched no objects or files' >&2; exit 1; }; done
    ;;
  'storage cp')
    shift 2
    target=${*: -1}
    # shellcheck disable=SC2046
    cp -- $(compgen -G "$(place "$1")") "$target" 2>/dev/null || { echo 'ERROR: The following URLs matched no objects or files' >&2; exit 1; }
    ;;
  'storage ls')
    found=$(matching "${*: -1}")
    [[ -n $found ]] || { echo 'ERROR: (gcloud.storage.ls) One or more URLs matched no objects.' >&2; exit 1; }
    while read -r file; do
      [[ $3 != -l ]] || printf '%10d  %s  ' "$(stat -c %s "$file")" "$(date -u -r "$file" +%Y-%m-%dT%H:%M:%SZ)"
      echo "gs://${file#"$SANDBOX/buckets/"}"
    done <<<"$found"
    [[ $3 != -l ]] || echo "TOTAL: $(wc -l <<<"$found") objects, 1 bytes (1B)"
    ;;
  'secrets versions') cat "$SANDBOX/secret" ;;
  'logging write') printf '%s\n' "$4" >>"$SANDBOX/logged" ;;
  *) exit 64 ;;
esac
