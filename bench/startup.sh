#!/bin/bash
# bench/startup.sh [runs]: start-up of Bao beside Bun and Node. BUN and NODE name other binaries than those on PATH.
cd "$(dirname "$0")/.." || exit 2
runs=${1:-21} bao=$PWD/build/bao bun=${BUN:-$(command -v bun)} node=${NODE:-$(command -v node)}
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
unset NODE_EXTRA_CA_CERTS NODE_OPTIONS
case_() { # title, arguments for bao, bun, node ("-" = not there)
    echo "$1"
    local jobs=("bao=$bao $2")
    [ -n "$bun" ] && [ "$3" != - ] && jobs+=("bun=$bun $3")
    [ -n "$node" ] && [ "$4" != - ] && jobs+=("node=$node $4")
    (cd "$tmp" && python3 "$OLDPWD/bench/measure.py" "$runs" "${jobs[@]}")
}
echo 'console.log("hello")' > "$tmp/hello.js"
echo 'const s: string = "hello"; console.log(s as string)' > "$tmp/hello.ts"
echo '{"scripts":{"hi":"true"}}' > "$tmp/package.json"
mkdir "$tmp/esm" "$tmp/cjs" "$tmp/ts"
for i in $(seq 0 199); do
    j=$((i + 1)); k=$(((i * 7 + 3) % 200))
    body="function work$i(x) { let s = x; for (let i = 0; i < 3; i++) s += i * $i; return s }"
    if [ $i = 199 ]; then
        echo "export const v = 1; export $body" > "$tmp/esm/m$i.mjs"; echo "export const v: number = 1" > "$tmp/ts/m$i.ts"; echo "exports.v = 1; $body" > "$tmp/cjs/m$i.cjs"
    else
        echo "import { v as w } from './m$j.mjs'; export $body; export const v = work$i(w)" > "$tmp/esm/m$i.mjs"
        echo "import { v as w } from './m$j.ts'; interface A$i { x: number }; export const v: number = (w as number) + $i" > "$tmp/ts/m$i.ts"
        echo "const { v } = require('./m$j.cjs'); $body; exports.v = work$i(v)" > "$tmp/cjs/m$i.cjs"
    fi
done
case_ "hello.js" hello.js hello.js hello.js
case_ "hello.ts" hello.ts hello.ts hello.ts
case_ "-e" "-e 1" "-e 1" "-e 1"
case_ "200 ES modules" esm/m0.mjs esm/m0.mjs esm/m0.mjs
case_ "200 TypeScript modules" ts/m0.ts ts/m0.ts ts/m0.ts
case_ "200 CommonJS modules" cjs/m0.cjs cjs/m0.cjs cjs/m0.cjs
case_ "--version" --version --version --version
case_ "run <script>" "run hi" "run hi" "--run hi"
