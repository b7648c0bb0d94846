#include "sys/tty.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

bool tty_is(int fd) { return isatty(fd) == 1; }

bool tty_size(int fd, int *columns, int *rows) {
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) != 0) return false;
    *columns = w.ws_col;
    *rows = w.ws_row;
    return true;
}

static struct termios before;
static int raw_fd = -1;

err tty_set_raw(int fd, bool raw) {
    if (!raw) {
        tty_restore();
        return 0;
    }
    struct termios t;
    if (tcgetattr(fd, &t) != 0) return -errno;
    if (raw_fd < 0) {
        before = t;
        raw_fd = fd;
    }
    t.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    t.c_oflag |= ONLCR;
    t.c_cflag |= CS8;
    t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSADRAIN, &t) == 0 ? 0 : -errno;
}

void tty_restore(void) {
    if (raw_fd < 0) return;
    tcsetattr(raw_fd, TCSANOW, &before);
    raw_fd = -1;
}
