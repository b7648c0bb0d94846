#!/bin/sh
echo "b was called with $*"
