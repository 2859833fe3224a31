//! Keeps the layout: reads the tree as text and prints what breaks a rule as
//! `path:line: rule, what to do`.
//!
//! What the compiler and clippy can say is left to them. A rule that hurts is changed here, with
//! its reason; it is not worked around. Each check has a test that plants what it must find.

#[path = "tidy/edges.rs"]
mod edges;
#[path = "tidy/file.rs"]
mod file;
#[path = "tidy/futures.rs"]
mod futures;
#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/leftovers.rs"]
mod leftovers;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/order.rs"]
mod order;
#[path = "tidy/pages.rs"]
mod pages;
#[path = "tidy/pure.rs"]
mod pure;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/split.rs"]
mod split;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/violations.rs"]
mod violations;
#[path = "tidy/words.rs"]
mod words;

use file::File;
use tree::Tree;
use violations::Violations;

/// Libraries whose modules stand in reading order in `lib.rs`.
const ORDERED: [&str; 4] = [
    "actor-core",
    "actor-supervisor",
    "actor-macros",
    "actor-test",
];

/// Files that carry the mark of `pure.rs`.
const PURE: [&str; 19] = [
    "crates/actor-core/src/report_limit.rs",
    "crates/actor-core/src/exit_reason.rs",
    "crates/actor-core/src/exit_signal.rs",
    "crates/actor-core/src/log_line.rs",
    "crates/actor-core/src/long_queue.rs",
    "crates/actor-core/src/mailbox.rs",
    "crates/actor-core/src/overflow.rs",
    "crates/actor-core/src/protocol.rs",
    "crates/actor-core/src/undelivered.rs",
    "crates/actor-supervisor/src/auto_shutdown.rs",
    "crates/actor-supervisor/src/backoff.rs",
    "crates/actor-supervisor/src/child_policy.rs",
    "crates/actor-supervisor/src/child_spec/fields.rs",
    "crates/actor-supervisor/src/application/fallout.rs",
    "crates/actor-supervisor/src/application/order.rs",
    "crates/actor-supervisor/src/children.rs",
    "crates/actor-supervisor/src/intensity.rs",
    "crates/actor-supervisor/src/restart.rs",
    "crates/actor-supervisor/src/strategy.rs",
];

/// Pure files that decide something: each has a table of cases.
const DECISIONS: [&str; 11] = [
    "crates/actor-core/src/report_limit.rs",
    "crates/actor-core/src/exit_signal.rs",
    "crates/actor-core/src/long_queue.rs",
    "crates/actor-core/src/overflow.rs",
    "crates/actor-supervisor/src/backoff.rs",
    "crates/actor-supervisor/src/child_spec/fields.rs",
    "crates/actor-supervisor/src/application/fallout.rs",
    "crates/actor-supervisor/src/application/order.rs",
    "crates/actor-supervisor/src/intensity.rs",
    "crates/actor-supervisor/src/restart.rs",
    "crates/actor-supervisor/src/strategy.rs",
];

/// The only files that name the runtime, locks, atomics and the map: what a model checker replaces.
const RUNTIME: [&str; 6] = [
    "crates/actor-core/src/rt.rs",
    "crates/actor-core/src/rt/shuttle.rs",
    "crates/actor-supervisor/src/rt.rs",
    "crates/actor-supervisor/src/rt/shuttle.rs",
    "crates/actor-test/src/rt.rs",
    "crates/actor-core/src/rt/mutex.rs",
];

/// The one file that spawns, beside the runtime module that wraps the call.
const SPAWNS: &str = "crates/actor-core/src/process/launch.rs";

/// The one thread of ours: it hears signals also when the runtime is stuck.
const HEARS_SIGNALS: &str = "crates/actor-supervisor/src/application/signals.rs";

/// The one file that awaits the inbox.
const AWAITS_INBOX: &str = "crates/actor-core/src/process/run.rs";

/// The one file that catches panics.
const CATCHES_PANICS: &str = "crates/actor-core/src/unwind.rs";

/// The one crate that does not forbid `unsafe`, and the one file in it that holds some.
const MAY_HOLD_UNSAFE: &str = "crates/actor-core/src/lib.rs";
const HOLDS_UNSAFE: &str = "crates/actor-core/src/slot.rs";

/// Runs a check over each file and fails with all that it found.
#[track_caller]
fn each<'a>(files: impl Iterator<Item = &'a File>, check: impl Fn(&File, &mut Violations)) {
    let mut found = Violations::default();
    for file in files {
        check(file, &mut found);
    }
    found.report();
}

#[test]
fn a_folder_is_rooted_in_the_file_of_its_name() {
    each(Tree::read().rust(), layout::mod_rs);
}

#[test]
fn the_facade_re_exports_everything() {
    let tree = Tree::read();
    let facade = tree.page("crates/actor-otp/src/lib.rs");
    each(tree.libs(), |file, found| {
        layout::faced(file, facade, found)
    });
}

#[test]
fn re_exports_are_explicit() {
    each(Tree::read().sources(), layout::glob_re_export);
}

#[test]
fn lib_files_hold_no_logic() {
    each(Tree::read().libs(), layout::logic_in_lib);
}

#[test]
fn lib_files_fit_on_a_few_screens() {
    each(Tree::read().libs(), layout::long_lib);
}

#[test]
fn modules_import_only_from_modules_above_them() {
    let tree = Tree::read();
    let mut found = Violations::default();
    for name in ORDERED {
        order::check(name, &tree, &mut found);
    }
    found.report();
}

#[test]
fn files_that_say_they_are_pure_are_pure() {
    each(Tree::read().sources(), pure::check);
}

#[test]
fn files_that_must_be_pure_say_so() {
    let tree = Tree::read();
    let mut found = Violations::default();
    for path in PURE {
        pure::marked(path, tree.get(path), &mut found);
    }
    found.report();
}

#[test]
fn decisions_have_tests() {
    let tree = Tree::read();
    let mut found = Violations::default();
    for path in DECISIONS {
        pure::tested(path, &tree, &mut found);
    }
    found.report();
}

#[test]
fn one_file_per_crate_names_the_runtime() {
    let tree = Tree::read();
    let others = tree
        .shipped()
        .filter(|file| !RUNTIME.contains(&&*file.path));
    each(others, edges::runtime);
}

#[test]
fn one_file_spawns() {
    let tree = Tree::read();
    let others = tree
        .shipped()
        .filter(|file| ![RUNTIME[0], RUNTIME[1], HEARS_SIGNALS].contains(&&*file.path));
    let mut found = Violations::default();
    edges::only_in(SPAWNS, others, &edges::SPAWN, &mut found);
    found.report();
}

#[test]
fn one_place_awaits_the_inbox() {
    let mut found = Violations::default();
    edges::only_in(
        AWAITS_INBOX,
        Tree::read().shipped(),
        &edges::INBOX,
        &mut found,
    );
    found.report();
}

#[test]
fn one_file_catches_panics() {
    let mut found = Violations::default();
    edges::only_in(
        CATCHES_PANICS,
        Tree::read().shipped(),
        &edges::CATCH,
        &mut found,
    );
    found.report();
}

#[test]
fn every_module_is_named_in_the_architecture_page() {
    let tree = Tree::read();
    let page = tree.page("docs/architecture.md");
    each(tree.shipped(), |file, found| {
        pages::module(file, page, found)
    });
}

#[test]
fn every_example_is_named_in_their_readme() {
    let tree = Tree::read();
    let page = tree.page("examples/README.md");
    each(tree.rust(), |file, found| pages::example(file, page, found));
}

#[test]
fn examples_are_short() {
    each(Tree::read().rust(), pages::long_example);
}

#[test]
fn every_example_is_run_by_a_test() {
    let tree = Tree::read();
    let tests: Vec<_> = tree
        .rust()
        .filter(|file| file.path.starts_with("examples/") && file.is_test())
        .map(|file| &*file.text)
        .collect();
    each(tree.manifests(), |file, found| {
        pages::example_runs(file, &tests, found)
    });
}

#[test]
fn every_package_takes_the_shared_lints() {
    each(Tree::read().manifests(), manifests::lints);
}

#[test]
fn examples_and_tests_are_never_published() {
    each(Tree::read().manifests(), manifests::unpublished);
}

#[test]
fn every_library_but_one_forbids_unsafe() {
    let tree = Tree::read();
    let others = tree.libs().filter(|file| file.path != MAY_HOLD_UNSAFE);
    each(others, manifests::forbids_unsafe);
}

#[test]
fn one_file_holds_unsafe_code() {
    let tree = Tree::read();
    let mut found = Violations::default();
    edges::only_in(HOLDS_UNSAFE, tree.rust(), &edges::UNSAFE, &mut found);
    found.report();
}

#[test]
fn nothing_unfinished_is_left() {
    each(Tree::read().rust(), leftovers::unfinished);
}

#[test]
fn nothing_points_out_of_the_checkout() {
    each(Tree::read().files(), leftovers::outside);
}

#[test]
fn the_docs_of_a_future_say_what_becomes_of_it_when_it_is_dropped() {
    let tree = Tree::read();
    let others = tree
        .shipped()
        .filter(|file| !RUNTIME.contains(&&*file.path));
    each(others, futures::documented);
}

#[test]
fn tests_do_not_sleep() {
    each(Tree::read().rust(), leftovers::sleeping_test);
}

#[test]
fn tests_that_do_not_pause_the_clock_run_on_every_runtime() {
    // F-66
    each(Tree::read().rust(), leftovers::test_on_one_runtime);
}

#[test]
fn cited_rules_exist() {
    let tree = Tree::read();
    let known = rules::listed(tree.page("docs/otp-semantics.md"));
    each(tree.rust(), |file, found| rules::cited(file, &known, found));
}
