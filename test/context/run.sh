#!/bin/bash
# test/context/run.sh <bao> [case]: runs the cases of cases.txt, compares with the answers there. Last line `N passed, N failed`.
# test/context/run.sh --update <node>: writes the answers of a real Node into cases.txt.
here=$(cd "$(dirname "$0")" && pwd)
update=; [ "$1" = --update ] && { update=1; shift; }
run=$(realpath "$1") only=$2
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
names='AsyncLocalStorage, AsyncResource'
common='const als = new AsyncLocalStorage(), als2 = new AsyncLocalStorage(), s = () => als.getStore(), log = console.log, sleep = ms => new Promise(r => setTimeout(r, ms));'
awk -v dir="$tmp" -v names="$names" -v common="$common" '
    function close_case() { if (file) { close(dir "/" file ".body"); close(dir "/" file ".want") } }
    /^=== / { close_case(); file = sprintf("%03d", ++n); print substr($0, 5) > (dir "/" file ".name"); close(dir "/" file ".name"); part = "body"; printf "" > (dir "/" file ".want"); next }
    /^---$/ { part = "want"; next }
    !file { next }
    part == "want" && /^$/ { next }
    { print > (dir "/" file "." part) }' "$here/cases.txt"
ok=0 bad=0
for body in "$tmp"/*.body; do
    at=${body%.body}; name=$(cat "$at.name"); kinds='cjs mjs'
    case $name in esm\ *) kinds=mjs ;; cjs\ *) kinds=cjs ;; esac
    [ -n "$only" ] && [[ $name != *$only* ]] && continue
    printf '%s\n' "const { $names } = require('node:async_hooks'), { EventEmitter, once, on } = require('node:events'), { promisify } = require('node:util'), fs = require('node:fs'), timers = require('node:timers/promises'); $common" \
        'async function main() {' "$(cat "$body")" '}' 'main()' > "$at.cjs"
    printf '%s\n' "import { $names } from 'node:async_hooks'; import { EventEmitter, once, on } from 'node:events'; import { promisify } from 'node:util'; import fs from 'node:fs'; import timers from 'node:timers/promises'; $common" \
        "$(cat "$body")" > "$at.mjs"
    for kind in $kinds; do
        timeout 20 "$run" "$at.$kind" > "$at.got" 2>&1 < /dev/null; code=$?
        if [ -n "$update" ]; then
            [ $code = 0 ] || { echo "$name ($kind): exit $code"; cat "$at.got"; }
            [ "$kind" = "${kinds%% *}" ] || cmp -s "$at.got" "$at.want" || echo "$name: the two kinds differ"
            cp "$at.got" "$at.want"
        elif [ $code = 0 ] && cmp -s "$at.got" "$at.want"; then ok=$((ok + 1))
        else bad=$((bad + 1)); echo "(fail) $name ($kind): exit $code"; diff "$at.want" "$at.got" | head -8; fi
    done
done
if [ -n "$update" ]; then
    { sed '/^=== /,$d' "$here/cases.txt"; for body in "$tmp"/*.body; do at=${body%.body}; echo "=== $(cat "$at.name")"; sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$body"; echo '---'; cat "$at.want"; echo; done; } > "$tmp/new"
    mv "$tmp/new" "$here/cases.txt"; exit
fi
echo "$ok passed, $bad failed"
[ $bad = 0 ]
