# Two commands do all set-up: `make demo` and `make test`. Both work on a bare machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
FUZZ_SECONDS ?= 60

.PHONY: demo test test-slow native lint format rules schemas docs agreement benchmark fuzz audit lock image krew playground vscode record newest clean

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(STAMP)

demo: $(STAMP) ## Lint the examples and plan their rollouts
	$(BIN)/python examples/demo.py

test: $(STAMP) ## Run the tests, in one process more than a small machine has cores: some wait for what they start
	$(BIN)/python -m pytest -q -n 3 --dist loadgroup -m "not slow" $(PYTEST_ARGS)

test-slow: $(STAMP) ## Run the tests that build and install packages, and others that take long
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m slow $(PYTEST_ARGS)

native: $(STAMP) ## Build and install the compiled part, which is optional (needs a C compiler)
	$(BIN)/python native/fetch.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ./native

lint: $(STAMP) ## Run the linters on podplan itself
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive --severity-level medium linter rules schemas
	$(BIN)/zizmor --offline --quiet .github/workflows action.yml
	$(BIN)/shellcheck --external-sources packaging/krew/kubectl-podplan packaging/ci/*.sh
	! test -x $(BIN)/hadolint || $(BIN)/hadolint Dockerfile  # there is none for every platform

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## Write the generated pages anew and build the site into site/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/console.py
	$(BIN)/python docs/build_site.py

agreement: $(STAMP) ## Write the tables of docs/agreement.md anew (some minutes)
	$(BIN)/python docs/agreement.py

fuzz: $(STAMP) ## Feed lint, plan and --fix with what a coverage-guided fuzzer makes, for FUZZ_SECONDS on two cores
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz
	$(BIN)/python fuzz/structured.py -max_total_time=$(FUZZ_SECONDS) -timeout=20 & structured=$$!; \
	for fuzzer in lint plan fix; do \
	  $(BIN)/python fuzz/$$fuzzer.py -max_total_time=$$(( $(FUZZ_SECONDS) / 3 )) -timeout=20 || { kill $$structured; exit 1; }; \
	done; wait $$structured

audit: $(STAMP) ## Ask a service for known vulnerabilities in what is installed; no part of the gate, which runs offline
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group audit
	$(BIN)/pip-audit --skip-editable --progress-spinner off

lock: $(STAMP) ## Choose anew what the Action, the image and a release install: the newest versions, with their digests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lock
	lock() { name=requirements/$$1.lock; shift; \
	  { sed '/^[^#]/,$$d' $$name; $(BIN)/uv pip compile --quiet --no-cache --universal --generate-hashes \
	    --python-version 3.11 --no-header "$$@"; } > $$name.new && mv $$name.new $$name; }; \
	run='--constraint requirements/run.lock'; build='--constraint requirements/build.lock'; \
	lock run pyproject.toml && \
	echo 'hatchling>=1.26' | lock build $$run - && \
	lock cel $$run --extra cel pyproject.toml && \
	printf 'build>=1.2\ncyclonedx-bom>=7\n' | lock release $$run $$build -

image: ## Build the container image podplan (IMAGE_ARGS: options of docker build)
	docker build --tag podplan --build-arg REVISION=$$(git rev-parse HEAD) \
	  --build-arg VERSION=$$(sed -n 's/^__version__ = "\(.*\)"/\1/p' linter/release.py) $(IMAGE_ARGS) .

krew: $(STAMP) ## Build the archives of the kubectl plugin, and its krew manifest, into dist/krew/
	$(BIN)/python packaging/krew/build.py

playground: $(STAMP) ## Build the page on which manifests are judged in the browser, into build/playground (needs npm)
	npm ci --prefix playground --no-audit --no-fund --silent
	$(BIN)/python playground/build.py

vscode: ## Build the extension for VS Code (needs npm)
	npm ci --prefix editors/vscode --no-audit --no-fund --silent
	npm run build --prefix editors/vscode --silent

benchmark: $(STAMP) ## Measure, against the peers that are there
	$(BIN)/python benchmarks/run.py

rules: $(STAMP) ## Write the index of the rules anew
	$(BIN)/python rules/generate.py

schemas: $(STAMP) ## Write schemas/ anew
	$(BIN)/python schemas/generate.py

record: $(STAMP) ## Record what a release of Kubernetes answers: make record KUBERNETES=1.38.0 (an hour; docs/recording.md)
	$(BIN)/python -m conformance record $(KUBERNETES) $(RECORD_ARGS)

newest: $(STAMP) ## Ask the Go module index for a release of Kubernetes that podplan does not know yet
	$(BIN)/python -m conformance newest

clean:
	rm -rf $(VENV) dist build
