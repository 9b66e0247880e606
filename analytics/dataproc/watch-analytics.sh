#!/usr/bin/env bash
# One line a minute to Cloud Logging: how the job of the order analytics does. The alerts are made of its fields.
set -euo pipefail

root=${ORDERS_ANALYTICS_ROOT:-} # a folder that stands for / in tests
library="$root/usr/local/lib/orders-analytics"
state=${STATE_DIRECTORY:-$root/var/lib/orders-analytics}
mkdir -p "$state"
# A line must come also when the program that makes it breaks: silence would look like an idle night.
if ! line=$(python3 -B "$library/analytics-line.py" "$state/records-read.json"); then
  line="{\"environment\":\"$ANALYTICS_ENVIRONMENT\",\"running\":0,\"problem\":\"analytics-line.py failed: journalctl -u watch-analytics tells why\"}"
fi
echo "$line"
gcloud logging write orders-analytics "$line" --payload-type=json ||
  { echo "watch-analytics: the line could not be written to Cloud Logging: the cluster's account needs logging.logWriter." >&2; exit 1; }
