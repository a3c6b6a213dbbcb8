# `make` lists what there is to do. Needs a Debian machine with the Swift toolchain, make and git;
# everything else is installed by `make deps`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
ARGS ?=
ENV ?=
export ENV LOCAL CONFIRM

# Lint and test share one build: the same flags, so that nothing is built twice.
lint test k8s-test: export LEDGER_COVERAGE := 1

.PHONY: help demo test test-flips fuzz lint format build release bench-gate bench-proof bench-pods dictionary deps venv clean \
  deploy tf-plan tf-apply teardown k8s-test image image-run image-test push infra-test infra-deps

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: deps ## play a short story against a fake GitHub and serve it; ARGS=--exit leaves at once
	swift build --product ledger
	swift build --product ledger-demo
	"$$(swift build --show-bin-path)/ledger-demo" $(ARGS)

test: deps venv ## run all tests and report coverage; ARGS='--filter MerkleTests' runs some
	scripts/test $(ARGS)

fuzz: deps venv ## ask the API strangely for many minutes
	LEDGER_FUZZ_EXAMPLES=400 scripts/test --filter StrangeRequestTests

test-flips: deps ## flip every byte of a small ledger, one after the other; takes long
	LEDGER_FLIPS=all scripts/test --filter FlipTests

lint: deps ## check format, imports, warnings and scripts
	scripts/lint

format: ## format all Swift files in place
	swift format --in-place --recursive Sources Tests schema/sqlite schema/evidence Package.swift

build: deps ## build `ledger` for development
	swift build --product ledger

release: deps ## build `ledger` as it is shipped
	swift build --configuration release --product ledger --static-swift-stdlib

bench-gate: release ## measure the release from webhook to commit status against a small GitHub
	Benchmarks/gate.py "$$(swift build --configuration release --show-bin-path)/ledger" $(ARGS)

bench-proof: deps ## fill a file with a million entries and count its proofs; ARGS=FILE keeps it
	Benchmarks/proofs $(ARGS)

deploy: ## deploy an image: ENV=dev IMAGE=REPOSITORY@sha256:… COMMIT=… (see scripts/infra/deploy --help)
	@scripts/infra/deploy "$$ENV"

image: ## build the container image; VERSION= PLATFORM=linux/arm64 LOCAL=1 (see scripts/infra/image --help)
	scripts/infra/image

image-run: ## run it, read-only; ARGS=serve runs the whole ledger, without: --hello-only
	scripts/infra/image-run $(ARGS)

image-test: infra-deps ## build it and try it: a pair behind a load balancer, stops, digests
	scripts/infra/test 1

push: ## push the image to a registry; ARGS=REPOSITORY, or LOCAL=1
	scripts/infra/push $(ARGS)

infra-test: infra-deps ## try all of the infrastructure; ARGS=1 only the container's tests
	scripts/infra/test $(ARGS)

infra-deps: ## install what the infrastructure's scripts and tests need; not Terraform, kubectl, docker, gh
	@scripts/install-infra || true
	@scripts/make-infra-venv & scripts/make-infra-venv --checkov & wait

deps: ## install the Debian packages that are missing
	@scripts/install-deps

bench-pods: deps ## offer 1,000 reviews of pods in a second to the admission gate, in process; ARGS='--seconds 10'
	swift build --configuration release --product LedgerBench
	"$$(swift build --configuration release --show-bin-path)/LedgerBench" admission $(ARGS)

dictionary: deps ## make the next dictionary for raw bodies; ARGS=FILE names it
	swift build --product ledger-dictionary
	"$$(swift build --show-bin-path)/ledger-dictionary" $(or $(ARGS),schema/evidence/dictionaries/0001.zdict)

venv: deps ## make the Python environment that the tests check schemas with
	@scripts/make-venv

k8s-test: deps infra-deps ## try manifests, chart, rules and dashboard without a cluster
	scripts/infra/k8s-test

tf-plan: ## show what Terraform would change; ENV=dev, LOCAL=1 works on moto
	scripts/infra/tf-plan "$(ENV)"

tf-apply: ## make an environment, or change it; ENV=dev, LOCAL=1 works on moto
	scripts/infra/tf-apply "$(ENV)"

teardown: ## destroy an environment and say what is left; ENV=dev, LOCAL=1 works on moto
	scripts/infra/teardown "$(ENV)"

clean: ## remove everything that was built
	rm -rf .build
