#!/bin/sh
# test/lang/corpus.sh: installs the packages of test/lang/corpus (54 that ship TypeScript, and what they need; no script of
# theirs runs) into build/corpus and parses every source file of them. The slow sister of parser.sh.
cd "$(dirname "$0")/../.." || exit 2
make -s build/langtool || exit 2
mkdir -p build/corpus
cp test/lang/corpus/package.json test/lang/corpus/package-lock.json build/corpus/
[ -f build/corpus/node_modules/.package-lock.json ] ||
    npm ci --prefix build/corpus --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error || exit 2
CORPUS=build/corpus/node_modules test/lang/parser.sh "$@"
