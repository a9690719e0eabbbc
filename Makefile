# mailflow: what a newcomer types. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
CORPUS ?= ../shared/corpus
RUNS ?= 3
CC := $(shell command -v cc || command -v clang || echo cc)

MAILFLOW := .build/release/mailflow
SWIFT_FILES := Sources Tests Package.swift

# Debian packages: to build and run; to test; to compare with.
BUILD_PACKAGES := libsqlite3-dev zlib1g-dev tzdata
TEST_PACKAGES := sqlite3 python3
BENCH_PACKAGES := sqlite3 python3 pflogsumm

# Installs those of the packages in $(1) that are missing.
define packages
@missing=$$(for name in $(1); do dpkg -s "$$name" >/dev/null 2>&1 || echo "$$name"; done | paste -sd ' '); \
if [ -z "$$missing" ]; then exit 0; fi; \
if ! command -v apt-get >/dev/null; then echo "Please install: $$missing" >&2; exit 0; fi; \
echo "Installing $$missing"; \
sudo=; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
$$sudo apt-get -qq update; \
DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install --no-install-recommends --yes $$missing >/dev/null
endef

.PHONY: help setup setup-test setup-bench build install demo test check-truth bench score fixtures format lint clean

help: ## What there is to make.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install the Debian packages that the build needs.
	@command -v swift >/dev/null || { echo "Swift 6.1 or newer is needed: https://www.swift.org/install/linux" >&2; exit 1; }
	$(call packages,$(BUILD_PACKAGES))

setup-test: setup
	$(call packages,$(TEST_PACKAGES))

setup-bench: setup
	$(call packages,$(BENCH_PACKAGES))

build: setup ## Build the release executable.
	swift build -c release --product mailflow --static-swift-stdlib

install: ## Copy what `make build` made to PREFIX (/usr/local).
	install -D -m 755 $(MAILFLOW) $(DESTDIR)$(PREFIX)/bin/mailflow
	install -d $(DESTDIR)$(PREFIX)/share/mailflow/Queries
	install -m 644 Queries/*.sql $(DESTDIR)$(PREFIX)/share/mailflow/Queries/

demo: build ## Ingest Samples/ into a temporary store; a trace, what is stuck, a day's report.
	@MAILFLOW=$(MAILFLOW) Samples/demo

# In CI a warning of our own code fails the build.
test: setup-test ## Build and run every test.
	@mkdir -p .build
	swift build --build-tests 2>&1 | tee .build/build.log
	@if [ -n "$${CI:-}" ] && grep -E '^/.*/(Sources|Tests)/[^:]+:[0-9]+:[0-9]+: warning: ' .build/build.log | grep -v '/\.build/checkouts/'; then \
	  echo "The warnings above are errors here." >&2; exit 1; fi
	swift test --skip-build 2>&1 | tee .build/test.log
	@echo
	@grep -ihE 'skipped' .build/test.log | sort -u || echo "Nothing was skipped."

check-truth: build setup-test .build/gen_maillog ## Every number of generated logs' truth (SIZES="10M 100M").
	Tests/Benchmarks/check_truth --mailflow $(MAILFLOW) --generator .build/gen_maillog --sizes "$(or $(SIZES),10M)"

bench: build setup-bench .build/gen_maillog bench-data/100M.log bench-data/1G.log ## Speed and memory, with pflogsumm in the same run (RUNS=3).
	Tests/Benchmarks/run --mailflow $(MAILFLOW) --runs $(RUNS) bench-data/100M.log bench-data/1G.log

.build/gen_maillog: Tests/Benchmarks/gen_maillog.c
	@mkdir -p .build
	$(CC) -O2 -o $@ $< -lm

bench-data/%.log: .build/gen_maillog
	@mkdir -p bench-data
	.build/gen_maillog -s 42 -b $* -d 7 -o $@.part -T bench-data/$*.truth.json -k 200
	@mv $@.part $@

score: build setup-test ## Compare traces with the recorded truth of each corpus folder, where there is a corpus.
	@if [ ! -x $(CORPUS)/score ]; then echo "skipped: no corpus at $(CORPUS)"; exit 0; fi; \
	status=0; \
	for truth in $(CORPUS)/*/truth.jsonl; do \
	  folder=$$(dirname "$$truth"); echo "== $$folder"; \
	  $(CORPUS)/score --mailflow $(MAILFLOW) "$$folder" || status=1; \
	done; exit $$status

fixtures: ## Print what we make of the lines in LINES=file, to check and paste under them in a fixture.
	@if [ -z "$(LINES)" ]; then echo "usage: make fixtures LINES=file" >&2; exit 64; fi
	@lines=$$(realpath "$(LINES)"); \
	MAILFLOW_FIXTURES="$$lines" MAILFLOW_FILTER_LINES="$$lines" swift test --filter printed

format: ## Format the Swift sources.
	swift format --in-place --recursive $(SWIFT_FILES)

lint: ## Check their format.
	swift format lint --strict --recursive $(SWIFT_FILES)

clean: ## Remove what was built.
	rm -rf .build
