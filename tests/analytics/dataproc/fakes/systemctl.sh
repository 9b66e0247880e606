#!/usr/bin/env bash
printf 'systemctl %s\n' "$*" >>"$SANDBOX/calls"
