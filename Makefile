# "make" lists the targets, "make test" runs all that must hold before a change
# goes in.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# How long one package's tests may take, and how long one fuzz target runs.
TEST_TIMEOUT ?= 15m
FUZZTIME ?= 30s

STATICCHECK := $(CURDIR)/.bin/staticcheck
EXAMPLE := furniture

# SQLite translated from C works on memory of its own; watched by the race
# detector it takes seven times as long.
UNWATCHED := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## install what the tests need: PostgreSQL, and a C compiler for the race detector
	@tools/setup.sh

.PHONY: test
test: setup lint race fuzz-short example ## everything: setup, lint, tests with the race detector, short fuzzing, the example

.PHONY: test-short
test-short: ## the tests alone; those that need PostgreSQL skip where there is none
	go test ./...

.PHONY: lint
lint: $(STATICCHECK) ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(STATICCHECK) ./...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each (30s unless told)
	@tools/fuzz.sh $(FUZZTIME)

.PHONY: rules-differential
rules-differential: ## 200,000 random rules on each engine against segment.Match (CASES=n for another number)
	CRM_DIFFERENTIAL_CASES=$${CASES:-200000} go test -count=1 -v -timeout 24h -run TestRules ./internal/differential

.PHONY: rules-mutants
rules-mutants: ## plant mistakes in the compiler of rules and see that each is found
	@tools/mutants.sh 10000

.PHONY: refusals
refusals: ## 10,000 withdrawals, objections and the like while campaigns are sent, on each engine
	CRM_REFUSALS=10000 go test -count=1 -v -timeout 2h -run 'TestConformance/campaign/withdraw-while-sending$$' ./storage/memory ./storage/sqlite ./storage/postgres

.PHONY: bench
bench: ## the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

# Where there is a server, or in CI, no test of PostgreSQL may skip.
.PHONY: race
race:
	@flags="-timeout $(TEST_TIMEOUT)"; \
	if tools/setup.sh have compiler; then flags="$$flags -race $(UNWATCHED)"; fi; \
	if [ -n "$${CI:-}" ] || tools/setup.sh have postgres; then \
		export CRM_TEST_REQUIRE_POSTGRES="$${CRM_TEST_REQUIRE_POSTGRES:-1}"; \
	fi; \
	export CRM_RULE_CASES="$${CRM_RULE_CASES:-150}"; \
	echo "go test $$flags ./..."; \
	go test $$flags ./...

.PHONY: fuzz-short
fuzz-short:
	@tools/fuzz.sh 2s

# The example writes into the directory in which it is started.
.PHONY: example
example:
	@if [ ! -d examples/$(EXAMPLE) ]; then echo "no examples/$(EXAMPLE) to run"; exit; fi; \
	dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	echo "run examples/$(EXAMPLE)"; \
	go build -buildvcs=false -o "$$dir/example" ./examples/$(EXAMPLE); \
	cd "$$dir"; ./example </dev/null

# The linter has a go.mod of its own, so that no user of the library sees it.
$(STATICCHECK): tools/go.mod tools/go.sum
	@mkdir -p $(@D)
	go build -C tools -buildvcs=false -o $@ honnef.co/go/tools/cmd/staticcheck
