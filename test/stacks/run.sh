#!/bin/sh
# run.sh <bao>: programs that throw in odd places (table.mjs), and call sites. run.sh --node <node>: the table by its oracle.
here=$(dirname "$0")
[ "$1" = --node ] && exec "$2" "$here/run.mjs" --node "$2"
[ "$1" = --maps ] && exec "$3" "$here/run.mjs" "$@"
exec "$1" "$here/run.mjs" "$1"
