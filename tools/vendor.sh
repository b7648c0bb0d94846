#!/bin/sh
# The npm packages that are built into bao, as vendor/package-lock.json has them, to vendor/npm: only the code that is used,
# with its licence. Does nothing when they are there.
cd "$(dirname "$0")/.." || exit 1
stamp=vendor/npm/.package-lock.json
cmp -s vendor/package-lock.json "$stamp" && exit 0
command -v npm >/dev/null || exit 1
from=$(mktemp -d) || exit 1
trap 'rm -rf "$from"' EXIT
cp vendor/package.json vendor/package-lock.json "$from" || exit 1
(cd "$from" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || { echo "vendor: npm could not fetch the packages of vendor/package-lock.json" >&2; exit 1; }
rm -rf vendor/npm
to=vendor/npm/readable-stream/lib
mkdir -p "$to/ours" "$to/internal" || exit 1
it=$from/node_modules/readable-stream
cp "$it/LICENSE" "$it/package.json" vendor/npm/readable-stream/
cp -r "$it/lib/internal/streams" "$to/internal/"
cp "$it/lib/ours/util.js" "$it/lib/ours/primordials.js" "$to/ours/"
# Its own errors, checks and inspect give way to ours.
mkdir -p "$to/internal/shims" "$to/ours/util"
echo "module.exports = require('node:stream')" > "$to/stream.js"
echo "module.exports = require('process')" > "$to/internal/shims/process.js"
for part in ours/errors internal/validators ours/util/inspect; do
    echo "module.exports = require('node:stream/compat').${part##*/}" > "$to/$part.js"
done
# Node 26 takes any view where Node 18 took a Uint8Array. AbortController and Blob are looked up when they are used: they are made only then.
find "$to" -name '*.js' -exec sed -i -e '/^const Abort\(Signal\|Controller\) = globalThis/d' \
    -e 's/^const Blob = .*/const Blob = { [Symbol.hasInstance]: (b) => typeof b?.arrayBuffer === "function" \&\& b instanceof globalThis.Blob }/' \
    -e "s/'Buffer', 'Uint8Array'\]/'Buffer', 'TypedArray', 'DataView']/" -e 's/(Stream\._isUint8Array(chunk))/(ArrayBuffer.isView(chunk))/' \
    -e 's/^    AbortSignal\.any ||/    ((signals) => globalThis.AbortSignal.any(signals)) ||/' {} +
# Web streams: its one file.
it=$from/node_modules/web-streams-polyfill to=vendor/npm/web-streams-polyfill
mkdir -p "$to/dist" && cp "$it/LICENSE" "$it/package.json" "$to/" && cp "$it/dist/ponyfill.js" "$to/dist/" || exit 1
# The list of licence identifiers: build/gen/spdx_ids.h is made from it.
it=$from/node_modules/spdx-license-ids to=vendor/npm/spdx-license-ids
mkdir -p "$to" && cp "$it/package.json" "$it/index.json" "$it/deprecated.json" "$to/" || exit 1
cp vendor/package-lock.json "$stamp"
