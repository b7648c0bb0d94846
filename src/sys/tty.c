#include "sys/tty.h"

#include <sys/ioctl.h>
#include <unistd.h>

bool tty_is(int fd) { return isatty(fd) == 1; }

bool tty_size(int fd, int *columns, int *rows) {
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) != 0) return false;
    *columns = w.ws_col;
    *rows = w.ws_row;
    return true;
}
