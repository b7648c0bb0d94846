#!/bin/sh
# test/packages/tsc_project.sh <folder>: makes a TypeScript project of 336 files there, out of the sources of rxjs and zod, with options
# strict enough that the compiler has much to say.
packages=$(cd "$(dirname "$0")" && pwd)/node_modules
mkdir -p "$1/src/zod" && cd "$1" || exit 1
cp -r "$packages/rxjs/src" src/rxjs
cp -r "$packages/zod/src/v4/core" "$packages/zod/src/v4/locales" src/zod/
rm -rf src/zod/core/tests
ln -s "$packages" node_modules
cat > tsconfig.json <<EOT
{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "noEmit": true, "skipLibCheck": true, "types": [],
  "noUnusedParameters": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "noPropertyAccessFromIndexSignature": true },
  "include": ["src"] }
EOT
