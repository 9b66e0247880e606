#!/usr/bin/env bash
cat "$SANDBOX/metadata/${1#attributes/}" 2>/dev/null
