.DEFAULT_GOAL := help
.PHONY: help demo test check lint format setup setup-dev lock clean

SIMAGENT := .venv/bin/simagent
PERSONA ?= maya
STEPS ?= 12

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: setup ## set up everything, then send a simulated shopper to the sandbox shop (PERSONA=maya STEPS=12)
	@$(SIMAGENT) model prepare
	$(SIMAGENT) run --persona $(PERSONA) --max-steps $(STEPS)

test: setup-dev ## set up everything, then run the gate: format, lint, types, layers, all tests
	@scripts/check

check: test

setup: ## environment and browser for running simagent
	@scripts/setup agent
	@scripts/chromium

setup-dev: ## the same, for developing it
	@scripts/setup dev
	@scripts/chromium

lint: ## format and lint checks, types, layers (no tests)
	@scripts/setup dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

format: ## put the code into its form
	@scripts/setup dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ## pin all dependencies anew (UPGRADE=--upgrade takes the newest)
	@scripts/setup dev
	scripts/lock $(UPGRADE)

clean: ## remove what was made here: .venv, caches, test results (recordings and the user's cache stay)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	rm -rf build dist test-results
	rm -f simplify/*.so ./*__mypyc*.so
	find agent learn simplify replay sandbox_shop study tests viewer -name __pycache__ -type d -prune -exec rm -rf {} +
