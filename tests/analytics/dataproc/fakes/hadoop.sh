#!/usr/bin/env bash
echo /etc/hadoop/conf
