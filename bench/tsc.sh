#!/bin/bash
# bench/tsc.sh [runs]: TypeScript's compiler on 336 files of rxjs and zod, Bao beside Bun and Node. Needs the packages of `make test`.
cd "$(dirname "$0")/.." || exit 2
runs=${1:-5} bao=$PWD/build/bao bun=${BUN:-$(command -v bun)} node=${NODE:-$(command -v node)} packages=$PWD/test/packages/node_modules
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
test/packages/tsc_project.sh "$tmp"
tsc="$packages/typescript/lib/tsc.js -p $tmp"
jobs=("bao=$bao $tsc")
[ -n "$bun" ] && jobs+=("bun=$bun $tsc")
[ -n "$node" ] && jobs+=("node=$node $tsc")
python3 bench/measure.py "$runs" "${jobs[@]}"
