//! Holds docs/otp-parity.md to the rules of docs/otp-semantics.md and to the tests it names, and
//! docs/faults.md to its list of faults.
//!
//! It prints how many lines still wait for something: `cargo test --test parity -- --nocapture`.

#[path = "parity/faults.rs"]
mod faults;
#[path = "parity/page.rs"]
mod page;

use page::{
    Found, Row, complete, grounded, has_test, is_rule, later, page, proven, report, root, rows,
    table, tests,
};

const PAGE: &str = "docs/otp-parity.md";

/// The sections whose rules stand on the page, and which of their rules; none means all of them.
const SECTIONS: [(&str, &[&str]); 9] = [
    ("## 0. ", &[]),
    ("## 1. ", &[]),
    ("## 2. ", &[]),
    ("## 3. ", &[]),
    ("## 4. ", &[]),
    ("## 10. ", &[]),
    ("## 13. ", &[]),
    ("## 14. ", &[]),
    ("## X. ", &[]),
];

/// The sections of which nothing is left for later.
const DONE: [(&str, &[&str]); 3] = [("## 0. ", &[]), ("## 1. ", &[]), ("## 2. ", &[])];

/// The suites that were taken over: a folder of tests, and its files.
const SUITES: [(&str, &[&str]); 2] = [
    (
        "crates/actor-core/tests",
        &[
            "upstream/gen_server_suite.rs",
            "upstream/gen_server_suite/sys.rs",
            "upstream/gen_server_test.rs",
            "upstream/process_test.rs",
            "upstream/sys_suite.rs",
        ],
    ),
    (
        "crates/actor-supervisor/tests",
        &[
            "upstream/beam.rs",
            "upstream/dynamic_supervisor_test.rs",
            "upstream/supervisor_suite/auto_shutdown.rs",
            "upstream/supervisor_suite/child_api.rs",
            "upstream/supervisor_suite/kinds.rs",
            "upstream/supervisor_suite/many.rs",
            "upstream/supervisor_suite/restart_loops.rs",
            "upstream/supervisor_suite/specs.rs",
            "upstream/supervisor_suite/start.rs",
            "upstream/supervisor_suite/stop.rs",
            "upstream/supervisor_suite/strategies.rs",
            "upstream/supervisor_suite/trees.rs",
            "upstream/supervisor_suite/upgrade.rs",
            "upstream/supervisor_test.rs",
        ],
    ),
];

/// The part of the page whose tables list cases of other suites instead of rules.
const CASES: &str = "## Upstream cases";

/// The part of the page whose table lists what real OTP cannot judge here; it ends where `CASES` begins.
const UNJUDGED: &str = "## What the installed OTP cannot judge";

/// What a line may say instead of naming a test.
const REASONS: [&str; 2] = ["difference:", "later:"];
const REASONS_OF_CASES: [&str; 3] = ["difference:", "later:", "n/a:"];

/// The rules of those sections, in order: the first word of a line.
fn rules<'a>(semantics: &'a str, sections: &[(&str, &[&str])]) -> Vec<&'a str> {
    let mut section = None;
    let mut rules = Vec::new();
    for line in semantics.lines() {
        if line.starts_with("## ") {
            section = sections.iter().find(|(head, _)| line.starts_with(head));
        }
        let Some((_, chosen)) = section else { continue };
        let rule = line.split_whitespace().next().unwrap_or_default();
        if is_rule(rule) && (chosen.is_empty() || chosen.contains(&rule)) {
            rules.push(rule);
        }
    }
    rules
}

/// The lines `| name of a case | … |` of the last part of the page.
fn cases(page: &str) -> Vec<Row<'_>> {
    let begin = page.lines().position(|line| line == CASES);
    let begin = begin.unwrap_or(usize::MAX);
    let mut rows = table(page);
    rows.retain(|row| row.line > begin && row.rule != "case");
    rows
}

/// The lines of the part about what real OTP cannot judge.
fn unjudged(page: &str) -> Vec<Row<'_>> {
    let place = |heading| page.lines().position(|line| line == heading);
    let part = place(UNJUDGED).unwrap_or(usize::MAX)..place(CASES).unwrap_or(usize::MAX);
    let mut rows = table(page);
    rows.retain(|row| part.contains(&row.line) && row.rule.contains(": "));
    rows
}

/// The rules that a line of that part is about, which stand before the colon.
fn judged_rules<'a>(row: &Row<'a>) -> Vec<&'a str> {
    let about = row.rule.split(": ").next().unwrap_or_default();
    about
        .split([' ', ','])
        .filter(|word| is_rule(word))
        .collect()
}

/// Every test of a suite that was taken over stands in the list of cases.
fn unlisted(text: &str, suite: &str, cases: &[Row<'_>]) -> Found {
    let listed: Vec<_> = cases.iter().flat_map(|row| tests(row.proof)).collect();
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("async fn "));
    names
        .filter_map(|line| line.split_once('('))
        .filter(|(name, _)| has_test(text, name))
        .map(|(name, _)| format!("{suite}::{name}"))
        .filter(|test| !listed.contains(&test.as_str()))
        .map(|test| format!(" `{test}` is in no line of the cases"))
        .collect()
}

#[test]
fn every_rule_has_its_line_and_only_one() {
    let (semantics, page) = (page("docs/otp-semantics.md"), page(PAGE));
    let (rules, rows) = (rules(&semantics, &SECTIONS), rows(&page));
    println!(
        "{} rules, of which {} wait for something",
        rules.len(),
        later(&rows)
    );
    report(PAGE, &complete(&rules, &rows));
}

#[test]
fn every_line_has_a_test_a_difference_or_what_comes_later() {
    let page = page(PAGE);
    report(PAGE, &grounded(&rows(&page), &REASONS));
    report(PAGE, &grounded(&cases(&page), &REASONS_OF_CASES));
}

/// What stands on the page for later although it is among these rules.
fn unfinished(rows: &[Row<'_>], done: &[&str]) -> Found {
    let waits = |row: &&Row<'_>| done.contains(&row.rule) && row.proof.contains("later:");
    let message = |row: &Row<'_>| format!("{}: {} is for later", row.line, row.rule);
    rows.iter().filter(waits).map(message).collect()
}

#[test]
fn nothing_of_vocabulary_processes_and_servers_is_for_later() {
    let (semantics, page) = (page("docs/otp-semantics.md"), page(PAGE));
    let done = rules(&semantics, &DONE);
    assert!(done.len() > 50, "the sections are not found");
    report(PAGE, &unfinished(&rows(&page), &done));
}

#[test]
fn every_test_that_is_named_exists() {
    let page = page(PAGE);
    report(PAGE, &proven(&rows(&page), root));
    report(PAGE, &proven(&cases(&page), root));
}

#[test]
fn what_otp_cannot_judge_is_a_rule_each_and_proven_by_tests() {
    let (semantics, page) = (page("docs/otp-semantics.md"), page(PAGE));
    let rules = rules(&semantics, &SECTIONS);
    let rows = unjudged(&page);
    assert!(rows.len() > 10, "the table is not found");
    for row in &rows {
        let about = judged_rules(row);
        let known = about.iter().all(|rule| rules.contains(rule));
        assert!(!about.is_empty() && known, "no rule in {}", row.rule);
    }
    report(PAGE, &grounded(&rows, &REASONS));
    report(PAGE, &proven(&rows, root));
}

#[test]
fn every_ported_test_stands_on_the_page() {
    let page = page(PAGE);
    let cases = cases(&page);
    for (folder, suites) in SUITES {
        for suite in suites {
            let text = root(&format!("{folder}/{suite}")).expect("the suite is there");
            report(PAGE, &unlisted(&text, suite, &cases));
        }
    }
}

mod planted {
    use super::*;
    use page::planted::{one_file, proof};

    const SEMANTICS: &str = "# Rules\n\nE-9 of no section\n\n## 1. Processes\n\nP-1 A pid.\n\
        P-2 **!** Order.\nsee P-3\n\n## 3. Supervisor\nS-1 A spec.\n\n## 14. Reports\nL-1 a\nL-2 b\n";

    #[test]
    fn rules_are_those_of_the_sections_alone() {
        let sections: [(&str, &[&str]); 2] = [("## 1. ", &[]), ("## 14. ", &["L-2"])];
        assert_eq!(rules(SEMANTICS, &sections), ["P-1", "P-2", "L-2"]);
    }

    #[test]
    fn cases_are_the_lines_of_the_last_part() {
        let head = "| case | tests |\n|---|---|\n";
        let page = format!("| P-1 | a |\n{CASES}\n{head}| stop1 | b |\n");
        let [case] = &cases(&page)[..] else {
            panic!("one case");
        };
        assert_eq!((case.line, case.rule, case.proof), (5, "stop1", "b"));
        assert!(cases("| P-1 | a |\n").is_empty());
    }

    #[test]
    fn a_rule_that_is_done_but_for_later_is_found() {
        let page = "| P-1 | `a.rs::b`. later: c |\n| P-2 | `a.rs::b` |\n| S-1 | later: d |\n";
        assert_eq!(
            unfinished(&rows(page), &["P-1", "P-2"]),
            ["1: P-1 is for later"]
        );
    }

    #[test]
    fn a_ported_test_that_is_in_no_line_is_found() {
        let text = one_file("crates/actor-core/src/x/tests.rs").expect("there");
        let listed = proof("`upstream/x.rs::works`");
        assert_eq!(unlisted(&text, "upstream/x.rs", &listed), Found::new());
        assert_eq!(unlisted(&text, "upstream/y.rs", &listed).len(), 1);
    }
}
