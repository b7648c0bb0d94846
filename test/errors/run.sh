#!/bin/sh
# Programs that show stacks and die of errors. What they print must be what node 26 printed (<name>.expect), but for what the
# engine does not tell: the types before methods (Object.meth), frames of node itself, and the colour of messages it words itself.
# run.sh --record <node> writes the expectations anew.
cd "$(dirname "$0")" || exit 2
with=${BAO:-../../build/bao}
[ "$1" = --record ] && { with=$2; record=1; }
here=$(pwd)
passed=0 failed=0
for file in *.cjs *.mjs *.ts; do
    got=$($with "$file" 2>&1; echo "exit code $?")
    got=$(printf '%s\n' "$got" | sed "s#$here/##g" | grep -v 'node:' | grep -v 'lines matching cause stack trace' |
          sed -E 's/at (async )?(get )?(Object|A|Circle|Function|Timeout|process|Array)\.([a-z]|<)/at \1\4/; s/Timeout\._onTimeout/later/; s/ \{$//' |
          sed -E 's/at get ([a-z]+) \(/at \1 (/; s/^( +at .*), *$/\1/')
    if [ "$record" ] && [ "$file" = types.ts ]; then continue; fi      # node strips types only: its places were checked by hand
    if [ "$record" ]; then printf '%s\n' "$got" > "$file.expect"; continue; fi
    if [ "$got" = "$(cat "$file.expect")" ]; then passed=$((passed + 1)); continue; fi
    failed=$((failed + 1))
    echo "(fail) test/errors/$file"
    printf '%s\n' "$got" | diff "$file.expect" - | sed 's/^/    /'
done
[ "$record" ] || echo "$passed passed, $failed failed"
[ $failed = 0 ]
