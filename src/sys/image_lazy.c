/* sys/image_lazy.c: functions that are looked up at their first call, as the dynamic linker's own lazy binding does. A
 * slot is three instructions: a jump to what its word of `image_lazy_table` says, which at first are the other two:
 * they push the slot's number and have it bound. */
#include "sys/internal.h"

#include <stdatomic.h>
#include <stdint.h>

#if defined __x86_64__

enum { MOST = 2048 };                   /* as .rept below */

extern const char image_lazy_slots[] __attribute__((visibility("hidden")));
_Atomic(const void *) image_lazy_table[MOST] __attribute__((visibility("hidden")));
static struct { const void *image; size_t symbol; } wanted[MOST];
static _Atomic size_t n_wanted;

/* Called by the slots, on any thread. The arguments of the call that is being bound are kept around it. */
__attribute__((visibility("hidden"))) const void *image_lazy_bind(size_t slot);
__attribute__((used)) const void *image_lazy_bind(size_t slot) {
    const void *found = image_find_call(wanted[slot].image, wanted[slot].symbol);
    if (!found) abort();
    atomic_store(&image_lazy_table[slot], found);
    return found;
}

__asm__(
    ".text\n.balign 16\n"
    "image_lazy_first:\n"               /* on the stack: the slot's number, the caller's address */
    "    push %rax\n push %rdi\n push %rsi\n push %rdx\n push %rcx\n push %r8\n push %r9\n push %r10\n"
    "    sub $0x80, %rsp\n"             /* the stack is at 16 again */
    "    movups %xmm0, (%rsp)\n movups %xmm1, 0x10(%rsp)\n movups %xmm2, 0x20(%rsp)\n movups %xmm3, 0x30(%rsp)\n"
    "    movups %xmm4, 0x40(%rsp)\n movups %xmm5, 0x50(%rsp)\n movups %xmm6, 0x60(%rsp)\n movups %xmm7, 0x70(%rsp)\n"
    "    mov 0xc0(%rsp), %rdi\n"
    "    call image_lazy_bind\n"
    "    mov %rax, %r11\n"
    "    movups (%rsp), %xmm0\n movups 0x10(%rsp), %xmm1\n movups 0x20(%rsp), %xmm2\n movups 0x30(%rsp), %xmm3\n"
    "    movups 0x40(%rsp), %xmm4\n movups 0x50(%rsp), %xmm5\n movups 0x60(%rsp), %xmm6\n movups 0x70(%rsp), %xmm7\n"
    "    add $0x80, %rsp\n"
    "    pop %r10\n pop %r9\n pop %r8\n pop %rcx\n pop %rdx\n pop %rsi\n pop %rdi\n pop %rax\n"
    "    add $8, %rsp\n"
    "    jmp *%r11\n"
    ".balign 16\n.globl image_lazy_slots\n.hidden image_lazy_slots\nimage_lazy_slots:\n"
    ".set slot, 0\n"
    ".rept 2048\n"
    "    jmp *image_lazy_table+8*slot(%rip)\n"
    "    .byte 0x68\n    .long slot\n"  /* push, with a number of four bytes */
    "    .byte 0xe9\n    .long image_lazy_first - . - 4\n"
    "    .set slot, slot + 1\n"
    ".endr\n");

void *image_lazy_slot(const void *image, size_t symbol) {
    size_t n = atomic_fetch_add(&n_wanted, 1);
    if (n >= MOST) return NULL;
    const char *slot = image_lazy_slots + 16 * n;
    wanted[n].image = image;
    wanted[n].symbol = symbol;
    atomic_store_explicit(&image_lazy_table[n], slot + 6, memory_order_relaxed);
    return (void *)(uintptr_t)slot;
}

#endif
