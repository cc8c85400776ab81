# What developers run. `just` lists it.

default:
    @just --list

# Everything that needs no network and no emulator: what a change must pass
check: fmt clippy test

# Formatting
fmt:
    cargo fmt --check

# Lints, with and without the SDK
clippy:
    cargo clippy --all-targets --no-default-features -- -D warnings
    cargo clippy --all-targets --all-features -- -D warnings

# All tests
test:
    cargo test --all-features

# Tests that need no SDK: the quick edit loop
quick:
    cargo test --no-default-features

# Write generated files anew: docs/rules.md, schemas/, snapshots of outputs
bless:
    ROLEDRIFT_BLESS=1 cargo test --no-default-features --test generated --bin roledrift
    ROLEDRIFT_BLESS=1 cargo test --no-default-features --lib worked
    # docs/faults.md needs the SDK: ROLEDRIFT_BLESS=1 cargo test --all-features --test faults
    INSTA_UPDATE=always cargo test --no-default-features --test cli --test rules --test policy_diff --test formats

# End to end against an emulated account (Python from PyPI, loopback only)
e2e *ARGUMENTS:
    scripts/e2e-moto {{ARGUMENTS}}

# Every report format, judged by tools of other people (PyPI, npm)
formats:
    scripts/check-formats

# Workflows, the action and the wheel (PyPI, npm or Go)
workflows:
    scripts/check-workflows

# Every report format with 10,000 findings
bench-formats:
    cargo build --release --no-default-features
    python3 benches/report_formats.py --binary target/release/roledrift

# Speed against a plain boto3 loop on the same emulated account
bench:
    cargo build --release
    target/e2e-venv/bin/python benches/moto_versus_boto3.py --binary target/release/roledrift

# The engine beside z3 and iam-simulate
bench-engine:
    scripts/oracle-z3 --pairs 0 --bundled 0
    target/oracle-venv/bin/python benches/engine.py

# Cost beside other tools on one account (Linux; installs 5 GB of tools from PyPI)
bench-rivals:
    cargo build --release
    python3 benches/rivals.py --binary target/release/roledrift --write docs/benchmarks.md

# Comparisons against z3; arguments as in `scripts/oracle-z3 --help`
oracle *ARGUMENTS:
    scripts/oracle-z3 {{ARGUMENTS}}

# Fuzz every parser of outside data and the engine, for so many seconds in all
fuzz SECONDS="90" *ARGUMENTS:
    scripts/fuzz {{SECONDS}} {{ARGUMENTS}}

# Licences, advisories, sources of dependencies
deny:
    cargo deny check
