# Bao's build. `make` -> build/bao; `make help` lists the rest. Every source is found by its place: adding a file is enough.
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/sh
B := build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
CCACHE := $(shell command -v ccache 2>/dev/null)
VERSION := 0.1.0

CPPFLAGS += -Isrc -I$(B) -D_GNU_SOURCE -DBAO_VERSION='"$(VERSION)"' -include tools/banned.h
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
        -Wno-unused-parameter -Wno-missing-field-initializers -Wno-overlength-strings
CFLAGS += -std=gnu11 -g -fno-strict-aliasing -fvisibility=hidden -fno-plt $(WARN)
OPT := -O2 -fno-semantic-interposition -ffunction-sections -fdata-sections
SAN := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DBAO_TEST
LDLIBS := -luv -lm -ldl -lpthread

SRC := $(sort $(shell find src -name '*.c'))
TESTS := $(filter %_test.c,$(SRC))
CODE := $(filter-out %_test.c src/base/test_main.c src/cli/main.c,$(SRC))
TOOL_ROOMS := base data lang sys crypto net db resolve http load bundle pkg
TOOL_CODE := $(filter $(foreach r,$(TOOL_ROOMS),src/$(r)/%),$(CODE))

.PHONY: all debug run test check check-quick unit install deb fuzz clean help
all: $(B)/bao

# --- optimised
$(B)/o/%.o: src/%.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -MMD -MP -c $< -o $@
$(B)/libbao-tools.a: $(TOOL_CODE:src/%.c=$(B)/o/%.o)
	@rm -f $@
	ar rcs $@ $^
$(B)/bao: $(CODE:src/%.c=$(B)/o/%.o) $(B)/o/cli/main.o
	$(CC) $(OPT) -rdynamic -Wl,--gc-sections -Wl,--as-needed -o $@ $^ $(LDLIBS)

# --- sanitized
$(B)/san/%.o: src/%.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(CPPFLAGS) $(CFLAGS) $(SAN) -MMD -MP -c $< -o $@
$(B)/bao-debug: $(CODE:src/%.c=$(B)/san/%.o) $(B)/san/cli/main.o
	$(CC) $(SAN) -rdynamic -o $@ $^ $(LDLIBS)
$(B)/unit: $(CODE:src/%.c=$(B)/san/%.o) $(TESTS:src/%.c=$(B)/san/%.o) $(B)/san/base/test_main.o
	$(CC) $(SAN) -rdynamic -o $@ $^ $(LDLIBS)
debug: $(B)/bao-debug
unit: $(B)/unit
	$(B)/unit

# What is quick enough for every commit: the plan, the sizes, the C unit tests.
check-quick:
	@tools/rooms.sh
	@tools/sizes.sh
	@$(MAKE) --no-print-directory unit
check: check-quick

clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
