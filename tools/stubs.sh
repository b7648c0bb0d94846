#!/bin/sh
# stubs.sh <list> <out folder>: builds the empty libraries of the list and binds them into stubs.S, a table that
# engine/jsc_load.c reads: js_stubs, pairs of start and end, closed by NULL.
set -e
list=$1 out=$2
mkdir -p "$out"
: > "$out/stubs.S.new"
table=
for library in $(grep -v '^#' "$list" | cut -d' ' -f1 | uniq); do
    grep "^$library " "$list" | cut -d' ' -f3- | tr ' ' '\n' | sed 's/.*/long &(void); long &(void) { return 0; }/' > "$out/stub.c"
    before=
    : > "$out/stub.map"
    for node in $(grep "^$library " "$list" | cut -d' ' -f2 | uniq); do
        names=$(grep "^$library $node " "$list" | cut -d' ' -f3- | tr '\n' ' ' | sed 's/ /; /g')
        [ "$node" = - ] && node=""                               # a library without versions
        echo "$node { global: $names } $before;" >> "$out/stub.map"
        before=$node
    done
    ${CC:-cc} -O2 -shared -fPIC -nostdlib -s -Wl,-soname,"$library" -Wl,--version-script,"$out/stub.map" -Wl,-z,noseparate-code \
        -o "$out/$library" "$out/stub.c"
    name=$(echo "$library" | tr '.-' '__')
    printf '    .section .rodata\n    .balign 16\nstub_%s: .incbin "%s"\nstub_%s_end:\n' "$name" "$out/$library" "$name" >> "$out/stubs.S.new"
    table="$table    .quad stub_$name, stub_${name}_end
"
done
printf '    .section .data.rel.ro,"aw"\n    .balign 8\n    .globl js_stubs\n    .hidden js_stubs\njs_stubs:\n%s    .quad 0, 0\n    .section .note.GNU-stack,"",@progbits\n' \
    "$table" >> "$out/stubs.S.new"
mv "$out/stubs.S.new" "$out/stubs.S"
rm -f "$out/stub.c" "$out/stub.map"
