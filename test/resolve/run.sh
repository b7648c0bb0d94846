#!/bin/bash
# test/resolve/run.sh <bao> <node> <folder with node_modules>...: both resolve the same, line by line.
here=$(cd "$(dirname "$0")" && pwd)
bao=$1 node=$2 passed=0 failed=0
shift 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$asks"' EXIT
for folder in "$@"; do
    asks=$(realpath "$folder")/asks.mjs
    cp "$here/walk.mjs" "$asks"
    "$node" --no-warnings "$asks" > "$tmp/want" || exit 1
    "$bao" "$asks" > "$tmp/got" 2> "$tmp/err" || { cat "$tmp/err"; failed=$((failed + 1)); }
    rm -f "$asks"
    wrong=$(diff "$tmp/want" "$tmp/got" | grep -c '^<')
    passed=$((passed + $(wc -l < "$tmp/want") - wrong)) failed=$((failed + wrong))
    [ "$wrong" = 0 ] || { echo "(fail) $folder: $wrong answers differ"; diff "$tmp/want" "$tmp/got" | head -20; }
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
