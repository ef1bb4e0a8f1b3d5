# budgetlake: `make demo` to see it work, `make test` to prove it.

CARGO ?= cargo
PYTHON ?= python3
VENV := .venv
VENV_READY := $(VENV)/.ready
DEMO := demo
SAMPLE_FLAGS := --documents 24 --seed 12 --cities 8 --small

.DEFAULT_GOAL := help
.PHONY: help demo test faults bench fuzz sample venv clean

help:
	@echo 'make demo    read data/sample into $(DEMO)/warehouse and query the result'
	@echo 'make test    run all tests'
	@echo 'make faults  inject faults the long way (a quarter of an hour)'
	@echo 'make bench   measure the extraction'
	@echo 'make fuzz    feed the readers rubbish for a minute each (installs cargo-fuzz)'
	@echo 'make sample  generate data/sample again'
	@echo 'make clean   remove everything that was built'

# Exit code 3 is a published snapshot with some files rejected.
demo:
	$(CARGO) build --release --bin budgetlake
	@$(CARGO) run --quiet --release --bin budgetlake -- run data/sample --warehouse $(DEMO)/warehouse || test $$? -eq 3
	@if $(MAKE) --no-print-directory --silent venv; then \
		$(VENV)/bin/python data/demo.py $(DEMO)/warehouse; \
	else \
		echo; echo 'No query is shown: DuckDB could not be installed into $(VENV) (is the network there? is python3-venv installed?).'; \
		echo 'The Parquet files are in $(DEMO)/warehouse/current.'; \
	fi

test: venv
	BUDGETLAKE_REQUIRE_PYTHON=1 $(CARGO) test

# As in `make test`, with more kills, fuller disks and longer nights.
faults: venv
	BUDGETLAKE_FAULTS=1 BUDGETLAKE_REQUIRE_PYTHON=1 $(CARGO) test --test faults --test file_systems --test nightly --test incremental

bench:
	$(CARGO) bench --bench extract

# The fuzzer's instrumentation is not in a stable compiler but for this switch.
fuzz:
	$(CARGO) fuzz --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-fuzz
	for target in any pdf html docx xlsx; do \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --sanitizer none --fuzz-dir fuzz $$target -- -max_total_time=60 -timeout=30 -rss_limit_mb=3000 || exit 1; \
	done

sample:
	rm -rf data/sample
	$(CARGO) run --bin budgetlake-synth -- $(SAMPLE_FLAGS) --out data/sample

venv: $(VENV_READY)

$(VENV_READY): tests/requirements.txt
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --requirement tests/requirements.txt
	@touch $@

clean:
	$(CARGO) clean
	rm -rf $(VENV) $(DEMO)
