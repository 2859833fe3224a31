# What CI checks is a step of .ci/run, called from here too: green at home is green in CI.

# Lists the recipes.
default:
    @just --list

# Formats every file.
fmt:
    cargo fmt --all

# Runs clippy over every target; warnings are errors.
lint:
    bash .ci/run lint

# Runs every test: unit, integration, doc, tidy and macro errors.
test:
    bash .ci/run test

# Builds the docs; warnings are errors.
doc:
    bash .ci/run doc

# Checks that each feature alone, and none at all, compiles, and who may depend on whom.
features:
    bash .ci/run features deps

# Compares the macro's errors with the recorded ones.
ui:
    cargo test -p actor-tests --test ui

# Talks to the first example: two servers under one supervisor.
example:
    cargo run --example first_supervisor

# Runs the chat: http://localhost:4001, or `nc localhost 4000`.
chat *OPTIONS:
    cargo run --example chat -- {{OPTIONS}}

# Takes README's picture of the chat anew; needs Chromium.
picture:
    SCREENSHOT="$PWD/docs/images/chat.png" cargo test -p actor-chat --test browser

# Runs each model of a race under N random schedules, and the inbox in every execution.
schedules N:
    SCHEDULES={{N}} bash .ci/run schedules

# Records what real OTP does; needs Erlang and Elixir.
otp-golden:
    cargo run --release --package otp-differential --bin otp-judge -- golden

# Compares N new scripts of each corpus with real OTP, from a seed on if one is given.
otp-fresh N *SEED:
    cargo run --package otp-differential --bin otp-judge -- fresh {{N}} {{SEED}}

# Plants wrong rules in a copy, one at a time, and says which recorded case finds each; minutes.
otp-plants *WORD:
    cargo run --package otp-differential --bin otp-plants -- {{WORD}}

# Shows the guide in a browser; needs mdbook.
guide:
    mdbook serve --open docs/guide

# Says what changed in the public API since a revision that breaks its users; needs cargo-semver-checks.
semver REV:
    cargo semver-checks --workspace --all-features --baseline-rev {{REV}}

# Checks licences, sources and known holes of the dependencies; needs cargo-deny.
deny:
    cargo deny check

# Packs every package as for the registry, and builds each from what was packed; minutes.
package:
    cargo package --workspace --locked

# Runs what CI runs, step by step, and says how long each took.
ci:
    bash .ci/run

# Measures this library beside others: all benchmarks, or those named. Takes half an hour.
bench *NAMES:
    cd benches && cargo build --release --locked {{ if NAMES =~ "^$|bytes|allocations" { "--bins" } else { "--bin actor-benches" } }}
    cd benches && cargo run --release --locked -- --json target/results.json {{NAMES}}

# The same with small sizes, once each: says whether all of it works, and little more.
bench-quick *NAMES:
    cd benches && cargo build --release --locked {{ if NAMES =~ "^$|bytes|allocations" { "--bins" } else { "--bin actor-benches" } }}
    cd benches && cargo run --release --locked -- --quick --json target/quick.json {{NAMES}}

# Draws what `just bench` measured, as SVG.
bench-plots FOLDER:
    cd benches && cargo run --release --locked -- plots target/results.json {{ absolute_path(FOLDER) }}

# Says whether what is cheap a thousand times is so a million times, or up to the number given; some parts, if named.
bench-scale *WORDS:
    cd benches && cargo run --release --locked --bin counted -- scale {{WORDS}}

# Counts instructions, of the contestants named or of ours, beside those kept; `check` fails past 5 %,
# `record` keeps them; `ways` is about ours alone. Needs valgrind.
bench-instructions *WORDS:
    cd benches && cargo run --release --locked {{ if WORDS =~ "actix|kameo|ractor|xtra" { "" } else { "--no-default-features" } }} -- instructions {{WORDS}}
