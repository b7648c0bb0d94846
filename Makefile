# Bao's build. `make` -> build/bao; `make help` lists the rest. Every source is found by its place: adding a file is enough.
MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
# `make V=1` shows the commands.
Q := $(if $(V),,@)
SHELL := /bin/sh
B := build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
CCACHE := $(shell command -v ccache 2>/dev/null)
VERSION := 0.1.0
PREFIX ?= /usr/local

CPPFLAGS += -Isrc -I$(B) -D_GNU_SOURCE -DBAO_VERSION='"$(VERSION)"' -include tools/banned.h
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
        -Wno-unused-parameter -Wno-missing-field-initializers -Wno-overlength-strings
CFLAGS += -std=gnu11 -g -fno-strict-aliasing -fvisibility=hidden -fno-plt $(WARN)
OPT := -O2 -fno-semantic-interposition -ffunction-sections -fdata-sections
SAN := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DBAO_TEST
LDLIBS := -l:libuv_a.a -lm -ldl -lpthread -lz

SRC := $(sort $(shell find src -name '*.c'))
TESTS := $(filter-out src/cli/cmd_test.c,$(filter %_test.c,$(SRC)))
CODE := $(filter-out $(TESTS) src/base/test_main.c src/cli/main.c,$(SRC))
# Builtin modules: src/mod/**/*.ts, src/rt/*.ts, and npm packages as they are published in vendor/npm.
VENDORED := $(shell command -v npm >/dev/null && tools/vendor.sh)
FACES := $(sort $(shell find src/mod src/rt -name '*.ts' ! -name '*_test.ts' ! -name '*.d.ts' 2>/dev/null; \
        find vendor/npm \( -name '*.js' -o -name '*.cjs' \) 2>/dev/null))
FACE_JS := $(foreach f,$(FACES),$(B)/faces/$(basename $(f)).js)
GEN := $(B)/gen
STRIP := $(B)/strip
TOOL_ROOMS := base data lang sys crypto net db resolve http load bundle pkg
TOOL_CODE := $(filter $(foreach r,$(TOOL_ROOMS),src/$(r)/%),$(CODE))

.PHONY: all debug run test check check-quick unit install deb fuzz clean help
.SECONDARY:
all: $(B)/bao

# --- builtin modules: lowered by tools/strip as users' files are, bound in by tools/embed
HOST_CODE := $(filter src/base/% src/lang/%,$(filter-out %_test.c src/base/test_main.c,$(SRC)))
$(B)/clitest $(B)/plantool: $(B)/%: tools/%.c $(B)/libbao-tools.a
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -Wno-missing-prototypes -MMD -MP -MF $@.d -MT $@ -o $@ $< $(B)/libbao-tools.a $(LDLIBS)
$(B)/%: tools/%.c $(HOST_CODE:src/%.c=$(B)/o/%.o)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -Wno-missing-prototypes -MMD -MP -MF $@.d -MT $@ -o $@ $< $(HOST_CODE:src/%.c=$(B)/o/%.o) -lm
$(B)/faces/%.js: %.ts $(STRIP)
	@mkdir -p $(@D)
	$(Q)$(STRIP) $< $@
$(B)/faces/%.js: %.js $(STRIP)
	@mkdir -p $(@D)
	$(Q)$(STRIP) $< $@
$(B)/faces/%.js: %.cjs $(STRIP)
	@mkdir -p $(@D)
	$(Q)$(STRIP) $< $@
# The lists change when a file comes or goes; only then are they written anew.
$(GEN)/faces.list: force
	@mkdir -p $(@D)
	@printf '%s\n' $(FACES) | cmp -s - $@ || printf '%s\n' $(FACES) > $@
$(GEN)/natives.done: $(filter src/mod/% src/rt/%,$(CODE)) $(B)/natives $(GEN)/faces.list
	@printf '%s\n' $(filter src/mod/% src/rt/%,$(CODE)) | $(B)/natives $(GEN)
	@touch $@
# Fetched when make reads this file; here only what to say when that failed.
vendor/npm/.package-lock.json:
	@echo "the npm packages of vendor/package-lock.json are not there: npm and a registry are needed once (tools/vendor.sh)" >&2; exit 1
$(GEN)/faces.done: vendor/npm/.package-lock.json $(FACE_JS) $(GEN)/faces.list $(GEN)/natives.done $(B)/embed
	$(Q)$(B)/embed $(GEN) $(B)/faces < $(GEN)/faces.list
	@touch $@
$(GEN)/faces.c $(GEN)/faces.S: $(GEN)/faces.done ;
$(B)/o/gen/faces.o: $(GEN)/faces.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
# The texts are read by .incbin, which no dependency file names: they hang on faces.done.
$(B)/o/gen/texts.o: $(GEN)/faces.S $(GEN)/faces.done
	@mkdir -p $(@D)
	$(Q)$(CC) -c $< -o $@
# The realm's half of standard decorators, for text that runs elsewhere (lang/lang.h).
$(GEN)/decorators.js: src/mod/internal/decorators.ts $(STRIP)
	@mkdir -p $(@D)
	$(Q)$(STRIP) --line $< $@
$(GEN)/decorators.S: $(GEN)/decorators.js
	@printf '.section .rodata\n.globl lang_decorators\n.hidden lang_decorators\nlang_decorators:\n.incbin "$<"\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' > $@
$(B)/o/gen/decorators.o: $(GEN)/decorators.S
	@mkdir -p $(@D)
	$(Q)$(CC) -c $< -o $@
# Names of licences, for data/spdx: sorted by bytes.
$(GEN)/spdx_ids.h: vendor/npm/.package-lock.json
	@mkdir -p $(@D)
	@cat vendor/npm/spdx-license-ids/index.json vendor/npm/spdx-license-ids/deprecated.json | \
		sed -n 's/^[^"]*\("[^"]*"\).*/\1,/p' | LC_ALL=C sort -u > $@
$(B)/o/data/spdx.o $(B)/san/data/spdx.o $(B)/fuzz/data/spdx.o: $(GEN)/spdx_ids.h
# Empty libraries that spare the engine's start seven real ones (src/engine/stubs.txt).
$(GEN)/stubs.S: src/engine/stubs.txt tools/stubs.sh
	$(Q)CC="$(CC)" tools/stubs.sh $< $(@D)
$(B)/o/gen/stubs.o: $(GEN)/stubs.S
	@mkdir -p $(@D)
	$(Q)$(CC) -c $< -o $@
# The registry that is asked when nothing else is configured: npm's own setting at build time, or `make REGISTRY=<url>`.
REGISTRY ?= $(shell cat $(GEN)/registry.url 2>/dev/null || npm config get registry 2>/dev/null)
$(GEN)/registry.h: force
	@mkdir -p $(@D)
	@[ -s $(GEN)/registry.url ] && [ "`cat $(GEN)/registry.url`" = "$(REGISTRY)" ] || echo "$(REGISTRY)" > $(GEN)/registry.url
	@echo '#define PKG_DEFAULT_REGISTRY "$(REGISTRY)"' | cmp -s - $@ || echo '#define PKG_DEFAULT_REGISTRY "$(REGISTRY)"' > $@
$(foreach d,o san fuzz,$(B)/$d/pkg/config.o $(B)/$d/pkg/lock.o): $(GEN)/registry.h
FACE_OBJ := $(B)/o/gen/faces.o $(B)/o/gen/texts.o $(B)/o/gen/stubs.o $(B)/o/gen/decorators.o
.PHONY: force

# --- optimised
$(B)/o/%.o: src/%.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "cc $<")
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) $(CFLAGS) $(OPT) -MMD -MP -c $< -o $@
$(B)/libbao-tools.a: $(TOOL_CODE:src/%.c=$(B)/o/%.o)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(B)/bao: $(FACE_OBJ) $(CODE:src/%.c=$(B)/o/%.o) $(B)/o/cli/main.o
	$(if $(V),,@echo "link $@")
	$(Q)$(CC) $(OPT) -rdynamic -Wl,--gc-sections -Wl,--as-needed -o $@.full $^ $(LDLIBS)
	$(Q)objcopy --only-keep-debug $@.full $@.debug
	$(Q)objcopy --strip-debug --add-gnu-debuglink=$@.debug $@.full $@
	@rm $@.full

# --- sanitized
$(B)/san/%.o: src/%.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "cc $<")
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) $(CFLAGS) $(SAN) -MMD -MP -c $< -o $@
$(B)/bao-debug: $(FACE_OBJ) $(CODE:src/%.c=$(B)/san/%.o) $(B)/san/cli/main.o
	$(Q)$(CC) $(SAN) -rdynamic -o $@ $^ $(LDLIBS)
$(B)/unit: $(FACE_OBJ) $(CODE:src/%.c=$(B)/san/%.o) $(TESTS:src/%.c=$(B)/san/%.o) $(B)/san/base/test_main.o
	$(Q)$(CC) $(SAN) -rdynamic -o $@ $^ $(LDLIBS)
debug: $(B)/bao-debug
unit: $(B)/unit
	$(B)/unit

# What is quick enough for every commit: the plan, the sizes, the C unit tests.
check-quick:
	@tools/rooms.sh
	@tools/sizes.sh
	@$(MAKE) --no-print-directory unit

# The house held to its plan: also headers that stand alone, and tools that know no engine.
check: $(B)/unit $(B)/libbao-tools.a all
	@tools/test.sh house unit modules

# --- what a person types
need-%:
	@tools/need.sh $*
run: need-build
	@$(MAKE) --no-print-directory all examples/service/node_modules/.package-lock.json
	@PATH="$(CURDIR)/$(B):$$PATH" $(B)/bao examples/service/server.ts
test: need-test
	@$(MAKE) --no-print-directory all $(B)/unit $(B)/libbao-tools.a test/packages/node_modules/.package-lock.json \
		examples/service/node_modules/.package-lock.json
	@tools/test.sh
# npm's packages, as their lockfiles say; no script of theirs runs.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

install: all
	install -Dm755 $(B)/bao $(DESTDIR)$(PREFIX)/bin/bao
	install -Dm644 docs/bao.1 $(DESTDIR)$(PREFIX)/share/man/man1/bao.1
	install -Dm644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/bao/LICENSE
deb: need-deb
	@$(MAKE) --no-print-directory all
	@tools/deb.sh $(VERSION) $(B)

# --- fuzzing: every fuzz/<parser>.c, FUZZ_SECONDS each (60), or `make fuzz FUZZ=json`
FUZZ_SECONDS ?= 60
FUZZ ?= $(basename $(notdir $(wildcard fuzz/*.c)))
FUZZ_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
$(B)/fuzz/%.o: src/%.c
	@mkdir -p $(@D)
	$(Q)$(CCACHE) clang $(CPPFLAGS) $(CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@
$(B)/fuzz/libtools.a: $(TOOL_CODE:src/%.c=$(B)/fuzz/%.o)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(B)/fuzz-%: fuzz/%.c $(B)/fuzz/libtools.a
	$(Q)clang $(CPPFLAGS) $(CFLAGS) -Wno-missing-prototypes $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< $(B)/fuzz/libtools.a $(LDLIBS)
fuzz: need-fuzz
	@$(MAKE) --no-print-directory $(FUZZ:%=$(B)/fuzz-%)
	@for t in $(FUZZ); do mkdir -p $(B)/corpus/$$t fuzz/seeds/$$t; echo "fuzzing $$t for $(FUZZ_SECONDS) s"; \
		$(B)/fuzz-$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 $(B)/corpus/$$t fuzz/seeds/$$t \
		> $(B)/fuzz-$$t.log 2>&1 || { tail -40 $(B)/fuzz-$$t.log; exit 1; }; grep -E 'number_of_executed' $(B)/fuzz-$$t.log; done

help:
	@echo "make            build/bao, optimised (build/bao.debug has its debug information)"
	@echo "make run        installs what is missing, builds, runs the example service"
	@echo "make test       installs what is missing, builds, runs all tests"
	@echo "make check      the house's own checks, C unit tests, module tests"
	@echo "make debug      build/bao-debug with address and undefined-behaviour sanitizers"
	@echo "make fuzz       every fuzz target for FUZZ_SECONDS (60); FUZZ=\"json url\" chooses"
	@echo "make install    into PREFIX (/usr/local), DESTDIR before it"
	@echo "make deb        build/bao_$(VERSION)_<arch>.deb, checked by lintian"
	@echo "make clean      removes build/"

clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
