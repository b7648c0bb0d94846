#!/bin/sh
# answers.sh <folder>: runs each program there with bao ($BAO) and compares output and exit code with what node 26 gave (<name>.expect).
# answers.sh <folder> --record <node> writes the expectations anew.
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$1" || exit 2
with=${BAO:-$root/build/bao}
[ "$2" = --record ] && { with=$3; record=1; }
passed=0 failed=0
for file in *.cjs *.mjs *.mts; do
    [ -e "$file" ] || continue
    got=$($with "$file" 2>/dev/null; echo "exit code $?")
    if [ "$record" ]; then printf '%s\n' "$got" > "$file.expect"; continue; fi
    if [ "$got" = "$(cat "$file.expect")" ]; then passed=$((passed + 1)); continue; fi
    failed=$((failed + 1))
    echo "(fail) $1/$file"
    printf '%s\n' "$got" | diff "$file.expect" - | sed 's/^/    /'
done
[ "$record" ] || echo "$passed passed, $failed failed"
[ $failed = 0 ]
