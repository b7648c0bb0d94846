/* sys/os.h: the machine, the system and this process, as node:os and process tell of them. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct os_names { str sysname, release, version, machine; };
err os_names(struct arena *a, struct os_names *out);
err os_hostname(struct arena *a, str *out);
err os_homedir(struct arena *a, str *out);
err os_tmpdir(struct arena *a, str *out);

struct os_user { str name, home, shell; long uid, gid; };
err os_user(struct arena *a, struct os_user *out);

struct os_cpu { str model; double speed, user, nice, sys, idle, irq; };          /* times in ms */
err os_cpus(struct arena *a, struct os_cpu **out, int *count);

struct os_interface { str name, address, netmask, family, mac; bool is_internal; long scope; };
err os_interfaces(struct arena *a, struct os_interface **out, int *count);

double os_total_memory(void);
double os_free_memory(void);
double os_available_memory(void);                        /* of a cgroup, else free */
double os_constrained_memory(void);                      /* 0 = no limit is known */
double os_resident_memory(void);
double os_uptime(void);                                  /* seconds since the machine's start */
/* A number of this start of the machine, above 1: what was written under another one may have been lost with the power.
 * 1: unknown. */
uint32_t os_boot(void);
void os_load(double out[3]);
unsigned os_parallelism(void);
err os_priority(int pid, int *out);
err os_set_priority(int pid, int priority);

/* cpu user and system in us, maxrss in KB, shared, unshared data and stack, minor and major faults, swaps, blocks in
 * and out, messages out and in, signals, context switches: voluntary and not. */
enum { OS_N_USAGE = 16 };
void os_usage(double out[OS_N_USAGE], bool of_thread);

enum os_id { OS_UID, OS_EUID, OS_GID, OS_EGID };
long os_id(enum os_id which);
err os_set_id(enum os_id which, long id);
int os_groups(long *out, int most);
err os_set_groups(const long *ids, int n);
long os_find_user(const char *name);                     /* -1 = none */
long os_find_group(const char *name);
int os_pid(void);
int os_ppid(void);
err os_kill(int pid, int signal);
int os_umask(int mask);                                  /* -1 only asks */
_Noreturn void os_abort(void);

/* The title that ps shows. os_keep_arguments gives a copy of argv, whose memory the title may then use. */
char **os_keep_arguments(int argc, char **argv);
err os_title(struct arena *a, str *out);
err os_set_title(str title);
