# Two commands do everything: `make demo` and `make test`. The rest is for those who work on OllyStack.
SHELL := /bin/bash
TARGET := $(or $(CARGO_TARGET_DIR),target)
# One set of features for every build: `--examples` makes cargo count the features that dev-dependencies ask for, so that
# the demo, the tests and clippy share one build of all dependencies.
BUILD := cargo build --locked --workspace --bins --examples

.PHONY: demo test build deps bench fmt lint fuzz deny help

help:
	@echo "make demo [ARGS=--exit]    a server, a simulated shop, five questions answered"
	@echo "make test                  every test: Rust, clients, crashes, hostile queries"
	@echo "make bench [ARGS=--quick]  ingest, size, memory and query figures beside chDB"
	@echo "make fmt lint deny fuzz deps build"

build:
	$(BUILD)

demo: build
	$(TARGET)/debug/ollystack demo $(ARGS)

deps:
	scripts/deps.sh

test: deps build
	OLLYSTACK_CRASH_OPERATIONS=$(or $(CRASH_OPERATIONS),300) cargo test --locked --workspace
	tests/run.sh

bench: deps
	cargo build --locked --release -p olly-server -p olly-benches
	scripts/bench.sh $(ARGS)

fmt:
	cargo fmt --all

lint:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	$(BUILD)
	$(TARGET)/debug/olly-xtask

deny:
	scripts/cargo-deny.sh check bans licenses sources

# Longer than `make test` runs them: SECONDS_EACH=600 make fuzz
fuzz:
	OLLY_FUZZ_SECONDS=$(or $(SECONDS_EACH),60) cargo test --locked -p olly-fuzz
