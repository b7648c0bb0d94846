#!/bin/sh
# Runs each program here with bao and compares output and exit code with what node 26 gave (<name>.expect).
# run.sh --record <node> writes the expectations anew.
cd "$(dirname "$0")" || exit 2
with=${BAO:-../../build/bao}
[ "$1" = --record ] && { with=$2; record=1; }
passed=0 failed=0
for file in *.cjs *.mjs; do
    got=$($with "$file" 2>/dev/null; echo "exit code $?")
    if [ "$record" ]; then printf '%s\n' "$got" > "$file.expect"; continue; fi
    if [ "$got" = "$(cat "$file.expect")" ]; then passed=$((passed + 1)); continue; fi
    failed=$((failed + 1))
    echo "(fail) test/order/$file"
    printf '%s\n' "$got" | diff "$file.expect" - | sed 's/^/    /'
done
[ "$record" ] || echo "$passed passed, $failed failed"
[ $failed = 0 ]
