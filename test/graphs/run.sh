#!/bin/bash
# test/graphs/run.sh [--record] <runtime> [part of a case's name]: runs the module graphs of test/graphs/*.txt and compares what each
# prints, and its exit code, with what real Node printed. --record writes what <runtime> (which must be Node) prints into the files.
#   @@ case <name>     begins a case      @@ file <name>    a file of it; the first is run
#   @@ expect <code>   the exit code; standard output follows, to the next case
here=$(cd "$(dirname "$0")" && pwd)
record=
[ "$1" = --record ] && { record=1; shift; }
runtime=$(realpath "$1") only=$2
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0
for table in "$here"/*.txt; do
    dir=$tmp/$(basename "$table" .txt)
    mkdir -p "$dir"
    awk -v dir="$dir" '
        /^@@ case /   { name = $3; at = dir "/" name; system("mkdir -p " at "/in"); print name > (dir "/cases"); out = ""; next }
        /^@@ file /   { out = at "/in/" $3; d = out; sub(/\/[^\/]*$/, "", d); system("mkdir -p " d); printf "" > out
                        if (!(name in first)) { first[name] = 1; print $3 > (at "/entry") } next }
        /^@@ expect / { print $3 > (at "/code"); out = at "/expect"; printf "" > out; next }
        out           { print > out }' "$table"
    [ -n "$record" ] && : > "$dir/new"
    while read -r name; do
        at=$dir/$name
        [[ $name == *$only* ]] || continue
        (cd "$at/in" && NO_COLOR=1 timeout 20 "$runtime" "./$(cat ../entry)" > ../got 2> ../err < /dev/null; echo $? > ../status)
        sed -i "s,$at/in,<dir>,g" "$at/got"
        if [ -n "$record" ]; then
            awk -v name="$name" '/^@@ case /{on = $3 == name} /^@@ expect /{if (on) exit} on' "$table" >> "$dir/new"
            { echo "@@ expect $(cat "$at/status")"; cat "$at/got"; } >> "$dir/new"
        elif [ "$(cat "$at/code")" = "$(cat "$at/status")" ] && cmp -s "$at/expect" "$at/got"; then passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "(fail) $name: exit code $(cat "$at/status"), expected $(cat "$at/code")"
            diff "$at/expect" "$at/got" | head -10
            head -5 "$at/err"
        fi
    done < "$dir/cases"
    [ -n "$record" ] && { awk '/^@@ case /{exit} {print}' "$table"; cat "$dir/new"; } > "$dir/whole" && cp "$dir/whole" "$table"
done
[ -n "$record" ] || echo "$passed passed, $failed failed"
[ $failed = 0 ]
