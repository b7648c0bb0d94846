#!/bin/sh
# Holds src/ to the plan in ROOMS: who may include whom, who alone sees which foreign header.
# Prints each breach with file and line; exit 1 when there is one.
cd "$(dirname "$0")/.." || exit 2
find src -name '*.[ch]' | sort | xargs awk '
    BEGIN {
        FS = "|"
        while ((getline line < "ROOMS") > 0) {
            if (line ~ /^#/ || line !~ /\|/) continue
            split(line, part, "|")
            room = part[1]; gsub(/ /, "", room); known[room] = 1
            n = split(part[3], may, " "); for (i = 1; i <= n; i++) allowed[room, may[i]] = 1
            n = split(part[4], own, " "); for (i = 1; i <= n; i++) if (own[i] != "-") owners[own[i]] = owners[own[i]] " " room " "
        }
    }
    function breach(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
    FNR == 1 { n = split(FILENAME, p, "/"); room = n > 2 ? p[2] : "cli"; if (!(room in known)) breach("the room " room " is not in ROOMS") }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, q, "\""); inc = q[2]; split(inc, r, "/"); to = r[1]
        if (inc !~ /\//) { breach("a header is named by its full room path: " inc); next }
        if (to == "gen") next
        if (!(to in known)) breach("unknown room in " inc)
        else if (to != room && !((room, to) in allowed) && !((room, "all") in allowed)) breach(room " may not include " inc)
        else if (to != room && inc ~ /\/internal\.h$/) breach(inc " may be included only inside " to)
    }
    /^[ \t]*#[ \t]*include[ \t]*</ {
        split($0, q, /[<>]/); inc = q[2]
        best = ""                                   # the longest prefix decides
        for (o in owners) if (index(inc, o) == 1 && length(o) > length(best)) best = o
        if (best != "" && index(owners[best], " " room " ") == 0) breach("only" owners[best] "may include <" inc ">")
        if (best != "" && FILENAME ~ /\.h$/ && FILENAME !~ /\/internal\.h$/ && inc !~ /^sys\/(types|stat|platform\/x86)\.h$/)
            breach("a header does not include a foreign library: <" inc ">")
    }
    END { exit bad }
' && echo "rooms: the plan holds"
