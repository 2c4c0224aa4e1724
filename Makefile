# One task, one word.  Run `make` in an environment with `pip install -e ".[dev]"`.
.PHONY: help install test slow browser lint types format versions coverage notebooks notebooks-check bench bench-quick lectures speed vendor

CORE = autograd/core/*.py,autograd/ir/graph.py
OF_CORE = tests/core tests/transforms tests/test_float16.py tests/ir/test_graph.py tests/ir/test_capture_functions.py tests/ir/test_assign.py tests/compiler/test_escapes.py

help:
	@echo "make install | test | slow | browser | lint | types | format | versions | coverage | notebooks | bench | lectures | speed | vendor"

install:
	pip install -e ".[dev]"

test:
	pytest

# False alarms of the battery in 50,000 calls, and every fault from more seeds.
slow:
	pytest -m slow

# The player in the Chromium of this machine, without a network.
browser:
	pytest -m browser

lint:
	ruff check
	ruff format --check

types:
	mypy

format:
	ruff check --fix
	ruff format

# The oldest releases that are allowed, and every other Python that is at hand.
versions:
	.ci/versions

# The core must be covered, branches too, by its own tests alone.
coverage:
	pytest -q --cov --cov-report= $(OF_CORE)
	coverage report --include=$(CORE) --fail-under=100

# Every notebooks/*.ipynb from the .py of its name.
notebooks:
	python -m tests.notebooks

notebooks-check:
	python -m tests.notebooks --check

# Every suite; with the peers after pip install -e ".[bench]".
bench:
	python -m benchmarks

bench-quick:
	python -m benchmarks --quick

# The lectures' networks, trained from three seeds: half an hour.
lectures:
	python -m benchmarks lectures

# The tables of docs/speed.md.
speed:
	python -m benchmarks speed --docs

# The one script of others in the player's page, with node; commit what it writes.
vendor:
	.ci/vendor_d3_zoom/build
