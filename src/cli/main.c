/* cli/main.c: argv -> command. */
#include <stdio.h>

int main(void) {
    printf("bao\n");
    return 0;
}
