# budgetlake: `make demo` to see it work, `make test` to prove it.

CARGO ?= cargo
PYTHON ?= python3
VENV := .venv
VENV_READY := $(VENV)/.ready
BENCH_VENV := benches/.venv
BENCH_VENV_READY := $(BENCH_VENV)/.ready
BENCH_FLAGS :=
DEMO := demo
# Without the statistics, whose library is most of the first build.
LEAN := --no-default-features --features pdf,office,html
SAMPLE_FLAGS := --documents 24 --seed 12 --cities 8 --small
ACCURACY := target/accuracy
ACCURACY_DOCUMENTS := 2000

.DEFAULT_GOAL := help
.PHONY: help demo dictionary test faults accuracy bench bench-extract growth fuzz sample venv clean

help:
	@echo 'make demo    read data/sample into $(DEMO)/warehouse and query the result'
	@echo 'make test    run all tests'
	@echo 'make faults  inject faults the long way (a quarter of an hour)'
	@echo 'make accuracy  compare 2,000 whole and 2,000 damaged disclosures with the truth (docs/generator.md)'
	@echo 'make bench   measure it and its peers side by side (25 minutes; BENCH_FLAGS="--documents 500" for a short look)'
	@echo 'make bench-extract   measure the readers and the extraction alone'
	@echo 'make growth  measure 1,000, 10,000 and 100,000 disclosures and draw docs/growth.svg'
	@echo 'make fuzz    feed the readers rubbish for a minute each (installs cargo-fuzz)'
	@echo 'make dictionary  write docs/data-dictionary.md again'
	@echo 'make sample  generate data/sample again'
	@echo 'make clean   remove everything that was built'

# Exit code 3 is a published snapshot with some files rejected.
demo:
	$(CARGO) build --release $(LEAN) --bin budgetlake
	@$(CARGO) run --quiet --release $(LEAN) --bin budgetlake -- run data/sample --warehouse $(DEMO)/warehouse || test $$? -eq 3
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

# Exit code 3 is a published snapshot with some files rejected, as noise has it.
accuracy: venv
	$(CARGO) build --release --bins
	rm -rf $(ACCURACY)
	target/release/budgetlake-synth --documents $(ACCURACY_DOCUMENTS) --seed 41 --out $(ACCURACY)/whole/in --truth $(ACCURACY)/whole/truth
	target/release/budgetlake-synth --documents $(ACCURACY_DOCUMENTS) --seed 42 --noise all --out $(ACCURACY)/noisy/in --truth $(ACCURACY)/noisy/truth
	for corpus in whole noisy; do \
		target/release/budgetlake run $(ACCURACY)/$$corpus/in --warehouse $(ACCURACY)/$$corpus/lake || test $$? -eq 3 || exit 1; \
	done
	$(VENV)/bin/python tests/accuracy.py $(foreach corpus,whole noisy,$(corpus)=$(ACCURACY)/$(corpus)/lake/current,$(ACCURACY)/$(corpus)/truth)

bench: $(BENCH_VENV_READY)
	$(BENCH_VENV)/bin/python benches/bench.py $(BENCH_FLAGS)

growth: $(BENCH_VENV_READY)
	$(BENCH_VENV)/bin/python benches/growth.py $(BENCH_FLAGS)

bench-extract:
	$(CARGO) bench --bench extract --bench formats

# The fuzzer's instrumentation is not in a stable compiler but for this switch.
fuzz:
	$(CARGO) fuzz --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-fuzz
	for target in any pdf html docx xlsx ods xls; do \
		mkdir -p fuzz/corpus/$$target; \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --sanitizer none --fuzz-dir fuzz $$target fuzz/corpus/$$target fuzz/seeds/$$target -- -max_total_time=60 -timeout=30 -rss_limit_mb=3000 || exit 1; \
	done

# A test says when it is due.
dictionary:
	BLESS=1 $(CARGO) test --quiet --test docs the_data_dictionary

sample:
	rm -rf data/sample
	$(CARGO) run --bin budgetlake-synth -- $(SAMPLE_FLAGS) --out data/sample

venv: $(VENV_READY)

$(VENV_READY): tests/requirements.txt
$(BENCH_VENV_READY): benches/requirements.txt

$(VENV_READY) $(BENCH_VENV_READY):
	@rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --requirement $<
	@touch $@

clean:
	$(CARGO) clean
	rm -rf $(VENV) $(BENCH_VENV) $(DEMO)
