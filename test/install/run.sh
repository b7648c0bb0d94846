#!/bin/bash
# test/install/run.sh <node> [--client bun]: the suites of this folder, one after the other; ends with `N passed, N failed`.
here=$(cd "$(dirname "$0")" && pwd)
node=$(realpath "$1"); shift
passed=0 failed=0
for suite in cases commands scripts hostile audit differential; do
    [ -f "$here/$suite.mjs" ] || continue
    out=$(timeout 300 "$node" "$here/$suite.mjs" "$@" 2>&1)
    line=$(echo "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -1)
    echo "$suite:"; echo "$out" | grep -vxF "$line"
    [ -n "$line" ] || line="0 passed, 1 failed"
    passed=$((passed + ${line%% passed*})) failed=$((failed + $(echo "$line" | sed 's/.*, \([0-9]*\) failed/\1/')))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
