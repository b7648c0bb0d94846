#!/bin/bash
# test/packages/run.sh <bao> <node>: every program of use/ prints the same on both, to the byte, with the same exit code;
# so does TypeScript's compiler on a project of several hundred files.
here=$(cd "$(dirname "$0")" && pwd)
bao=$(realpath "$1") node=$(realpath "$2")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export NO_COLOR=1 TZ=Etc/UTC NODE_DISABLE_COMPILE_CACHE=1
unset FORCE_COLOR NODE_OPTIONS CI
ok=0 bad=0
compare() { # name, then the command without its runtime
    local name=$1; shift
    timeout 300 "$node" "$@" > "$tmp/node.out" 2> "$tmp/node.err"; local want=$?
    timeout 300 "$bao" "$@" > "$tmp/bao.out" 2> "$tmp/bao.err"; local got=$?
    if [ $got = $want ] && cmp -s "$tmp/node.out" "$tmp/bao.out" && cmp -s "$tmp/node.err" "$tmp/bao.err"; then ok=$((ok + 1))
    else
        bad=$((bad + 1)); echo "(fail) $name: exit $got, not $want"
        diff "$tmp/node.out" "$tmp/bao.out" | head -10; diff "$tmp/node.err" "$tmp/bao.err" | head -6
    fi
}
cd "$here"
for f in use/*; do compare "$f" "$f"; done
"$here/tsc_project.sh" "$tmp/project"
cd "$tmp/project" && compare "tsc -p ." "$here/node_modules/typescript/lib/tsc.js" -p .
echo "$ok passed, $bad failed"
[ $bad = 0 ]
