#!/usr/bin/env python3
"""measure.py RUNS name=command... : runs each command RUNS times in turns; prints medians of wall ms, CPU ms and peak MB, and the ratio to the first."""
import os, resource, shlex, statistics, sys, time

runs, jobs = int(sys.argv[1]), [a.split('=', 1) for a in sys.argv[2:]]
got = {name: [] for name, _ in jobs}
null = os.open(os.devnull, os.O_RDWR)
for n in range(runs + 2):  # the first two warm up
    for name, command in jobs:
        argv = shlex.split(command)
        start = time.perf_counter()
        pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
        _, status, use = os.wait4(pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status) not in (0, 2):
            sys.exit(f'{name}: exit {os.waitstatus_to_exitcode(status)}: {command}')
        if n > 1:
            got[name].append((wall * 1e3, (use.ru_utime + use.ru_stime) * 1e3, use.ru_maxrss / 1024))
first = None
for name, _ in jobs:
    m = [statistics.median(x) for x in zip(*got[name])]
    first = first or m
    print(f'  {name:8} wall {m[0]:8.2f} ms ({m[0] / first[0]:5.2f})   cpu {m[1]:8.2f} ms ({m[1] / first[1]:5.2f})   peak {m[2]:7.1f} MB ({m[2] / first[2]:5.2f})')
