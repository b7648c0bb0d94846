#!/bin/bash
# bench/tsc.sh [runs]: TypeScript's compiler on zod's sources (300+ files), Bao beside Bun and Node. Needs the packages of `make test`.
cd "$(dirname "$0")/.." || exit 2
runs=${1:-5} bao=$PWD/build/bao bun=${BUN:-$(command -v bun)} node=${NODE:-$(command -v node)} packages=$PWD/test/packages/node_modules
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
cp -r "$packages/zod/src" "$tmp/src" && ln -s "$packages" "$tmp/node_modules"
echo '{"compilerOptions":{"target":"es2022","module":"nodenext","strict":true,"noEmit":true,"skipLibCheck":true,"types":[]},"include":["src"]}' > "$tmp/tsconfig.json"
tsc="$packages/typescript/lib/tsc.js -p $tmp"
jobs=("bao=$bao $tsc")
[ -n "$bun" ] && jobs+=("bun=$bun $tsc")
[ -n "$node" ] && jobs+=("node=$node $tsc")
python3 bench/measure.py "$runs" "${jobs[@]}"
