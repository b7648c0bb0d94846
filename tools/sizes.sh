#!/bin/sh
# Files and functions that outgrow what one can hold in mind: C over 1,200 lines, doors over 900, faces over 1,200,
# lines of C over 120 columns (a text is not broken for it, but none over 140). Prints each; exit 1 when there is one.
cd "$(dirname "$0")/.." || exit 2
find src tools fuzz \( -name '*.[ch]' -o -name '*.ts' \) 2>/dev/null | sort | xargs awk '
    function done() {
        if (!file) return
        most = file ~ /native\.c$/ ? 900 : 1200
        if (lines > most) { printf "%s: %d lines; at most %d: what are its two or three nouns?\n", file, lines, most; bad = 1 }
    }
    FNR == 1 { done(); file = FILENAME }
    { lines = FNR }
    FILENAME ~ /\.[ch]$/ && length($0) > (/"/ ? 140 : 120) {
        printf "%s:%d: %d columns; at most 120\n", FILENAME, FNR, length($0)
        bad = 1
    }
    END { done(); exit bad }
' && echo "sizes: every file can be held in mind"
