#!/bin/sh
# test/lang/parser.sh: the parser against npm's test262-parser-tests (all four suites) and against every source file of the
# packages that test/packages installs. Exceptions are named one by one in parser_known.txt. Ends with `N passed, N failed`.
cd "$(dirname "$0")/../.." || exit 2
tool=${1:-build/langtool} packages=test/packages/node_modules out=build/log/parser
mkdir -p $out
suite=$packages/test262-parser-tests
known=$out/known.txt
sed 's/ *#.*//; /^$/d' test/lang/parser_known.txt | sort > $known
list() { find "$suite/$1" -name '*.js' "$2" -name '*.module.js' | sort; }
for s in pass pass-explicit fail early; do
    list $s -a | "$tool" --module --quiet - > $out/$s.module
    find "$suite/$s" -name '*.js' ! -name '*.module.js' | sort | "$tool" --script --quiet - > $out/$s.script
    cat $out/$s.module $out/$s.script | sort > $out/$s.refused
    find "$suite/$s" -name '*.js' | sort > $out/$s.all
done
cat $out/pass.refused $out/pass-explicit.refused > $out/wrong.list
for s in fail early; do comm -23 $out/$s.all $out/$s.refused; done >> $out/wrong.list
sed "s,^$suite/,," $out/wrong.list | sort > $out/wrong.txt
total=$(cat $out/pass.all $out/pass-explicit.all $out/fail.all $out/early.all | wc -l)
comm -23 $out/wrong.txt $known | sed 's/^/(fail) /' > $out/new.txt
comm -13 $out/wrong.txt $known | grep -E "^(pass|fail|early)" | sed 's/^/(fail) no exception any more: /' >> $out/new.txt
cat $out/new.txt
bad=$(wc -l < $out/new.txt)
[ "$total" -gt 5000 ] || { echo "(fail) test262-parser-tests are not installed: $total files"; bad=$((bad + 1)); }
# What parses is printed (indented, then compact) and read again: the same tree.
(list pass -a | "$tool" --module --quiet --round-trip -; find "$suite/pass" -name '*.js' ! -name '*.module.js' | "$tool" --script --quiet --round-trip -) |
    grep ': printed' | sed 's/^/(fail) /' > $out/round.txt
cat $out/round.txt
bad=$((bad + $(wc -l < $out/round.txt)))
# Every source file that the packages ship; those under test262-parser-tests apart.
find -L $packages ${CORPUS:-} -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.mts' -o -name '*.cts' -o -name '*.js' -o -name '*.mjs' -o -name '*.cjs' \) |
    grep -v test262-parser-tests/ | sort > $out/corpus.txt
"$tool" --quiet --round-trip - < $out/corpus.txt | sed "s,.*/node_modules/,," | sort > $out/corpus.refused
files=$(wc -l < $out/corpus.txt)
comm -23 $out/corpus.refused $known > $out/corpus.new
sed 's/^/(fail) does not parse: /' $out/corpus.new
more=$(wc -l < $out/corpus.new)
echo "test262-parser-tests: $total files, $(wc -l < $out/wrong.txt) known exceptions; packages: $files files in $(sed 's,.*/node_modules/,,; s,^\(@[^/]*/\)\{0\,1\}\([^/]*\)/.*,\1\2,' $out/corpus.txt | sort -u | wc -l) packages"
bad=$((bad + more))
echo "$((total + files - bad)) passed, $bad failed"
[ $bad = 0 ]
