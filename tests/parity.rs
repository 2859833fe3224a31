//! Holds docs/otp-parity.md to the rules of docs/otp-semantics.md and to the tests it names.
//!
//! It prints how many lines still wait for something: `cargo test --test parity -- --nocapture`.

use std::fs;
use std::path::Path;

/// The sections whose rules stand on the page, and which of their rules; none means all of them.
const SECTIONS: [(&str, &[&str]); 5] = [
    ("## 0. ", &[]),
    ("## 1. ", &[]),
    ("## 2. ", &[]),
    ("## 14. ", &["L-1", "L-2"]),
    ("## X. ", &[]),
];

/// Where the file of a test may lie; the first one that has it counts.
const FOLDERS: [&str; 3] = ["crates/actor-core/tests/", "crates/actor-core/src/", ""];

/// The part of the page whose tables list cases of other suites instead of rules.
const CASES: &str = "## Upstream cases";

/// A line of one of the page's tables: a rule or a case, and what stands behind it.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    line: usize,
    rule: &'a str,
    proof: &'a str,
}

/// What a line may say instead of naming a test.
const REASONS: [&str; 2] = ["difference:", "later:"];
const REASONS_OF_CASES: [&str; 3] = ["difference:", "later:", "n/a:"];

/// Each check gives one message a line.
type Found = Vec<String>;

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

/// `G-22` and the like.
fn is_rule(word: &str) -> bool {
    word.split_once('-').is_some_and(|(letters, number)| {
        !letters.is_empty()
            && letters.chars().all(|c| c.is_ascii_uppercase())
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// The lines `| G-22 | … |` of the page.
fn rows(page: &str) -> Vec<Row<'_>> {
    let mut rows = table(page);
    rows.retain(|row| is_rule(row.rule));
    rows
}

/// The lines `| name of a case | … |` of the last part of the page.
fn cases(page: &str) -> Vec<Row<'_>> {
    let begin = page.lines().position(|line| line == CASES);
    let begin = begin.unwrap_or(usize::MAX);
    let mut rows = table(page);
    rows.retain(|row| row.line > begin && row.rule != "case");
    rows
}

/// All lines of tables; the lines under their heads are none.
fn table<'a>(page: &'a str) -> Vec<Row<'a>> {
    let row = |(at, text): (usize, &'a str)| {
        let (rule, proof) = text.strip_prefix("| ")?.split_once(" |")?;
        let proof = proof.trim().trim_end_matches('|').trim();
        let line = at + 1;
        Some(Row { line, rule, proof })
    };
    page.lines().enumerate().filter_map(row).collect()
}

/// Every rule has its line, and only one.
fn complete(rules: &[&str], rows: &[Row<'_>]) -> Found {
    let mut found = Found::new();
    for rule in rules {
        if !rows.iter().any(|row| row.rule == *rule) {
            found.push(format!("{rule}: is missing, give it a line"));
        }
    }
    for (at, Row { line, rule, .. }) in rows.iter().enumerate() {
        if !rules.contains(rule) {
            found.push(format!("{line}: {rule} is no rule of these sections"));
        }
        if rows[..at].iter().any(|row| row.rule == *rule) {
            found.push(format!("{line}: {rule} stands above already"));
        }
    }
    found
}

/// Every line says something: a test, or text behind one of these words.
fn grounded(rows: &[Row<'_>], words: &[&str]) -> Found {
    let lacks = |row: &&Row<'_>| {
        let says = words.iter().any(|word| said(row.proof, word).is_some());
        tests(row.proof).is_empty() && !says
    };
    let message = |row: &Row<'_>| {
        let Row { line, rule, .. } = row;
        format!("{line}: {rule} has neither a test nor one of {words:?}")
    };
    rows.iter().filter(lacks).map(message).collect()
}

/// The text behind a word, if there is any.
fn said<'a>(proof: &'a str, word: &str) -> Option<&'a str> {
    let (_, text) = proof.split_once(word)?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The tests that are named: what stands in backticks and names a Rust file.
fn tests(proof: &str) -> Vec<&str> {
    let quoted = proof.split('`').skip(1).step_by(2);
    quoted.filter(|text| text.contains(".rs")).collect()
}

/// Every test that is named is a test; `read` gives the text of a file, if there is one.
fn proven(rows: &[Row<'_>], read: impl Fn(&str) -> Option<String>) -> Found {
    let mut found = Found::new();
    for Row { line, rule, proof } in rows {
        for test in tests(proof) {
            if let Err(what) = look_up(test, &read) {
                found.push(format!("{line}: {rule} names `{test}`, {what}"));
            }
        }
    }
    found
}

fn look_up(test: &str, read: impl Fn(&str) -> Option<String>) -> Result<(), &'static str> {
    let (file, name) = test.split_once("::").ok_or("write `file.rs::test`")?;
    let text = FOLDERS
        .iter()
        .find_map(|folder| read(&format!("{folder}{file}")))
        .ok_or("there is no such file")?;
    match has_test(&text, name) {
        true => Ok(()),
        false => Err("the file has no such test"),
    }
}

/// Whether the text has a function of this name with an attribute that makes it a test.
fn has_test(text: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    let lines: Vec<_> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let line = line.trim_start();
        let above = lines[..at].iter().rev();
        let mut attributes = above.take_while(|line| !line.trim().is_empty() && *line != &"}");
        line.trim_start_matches("async ").starts_with(&head)
            && attributes.any(|line| is_test_attribute(line.trim_start()))
    })
}

fn is_test_attribute(line: &str) -> bool {
    ["#[test]", "#[tokio::test", "on_every_runtime!"]
        .iter()
        .any(|attribute| line.starts_with(attribute))
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

/// How many lines wait for something.
fn later(rows: &[Row<'_>]) -> usize {
    let waits = |row: &&Row<'_>| said(row.proof, "later:").is_some();
    rows.iter().filter(waits).count()
}

fn root(path: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).ok()
}

fn page(path: &str) -> String {
    root(path).expect("the page is there")
}

/// Fails with all that was found.
#[track_caller]
fn report(found: &[String]) {
    let lines = found
        .iter()
        .map(|line| format!("docs/otp-parity.md:{line}\n"));
    assert!(found.is_empty(), "\n{}", lines.collect::<String>());
}

#[test]
fn every_rule_has_its_line_and_only_one() {
    let (semantics, page) = (page("docs/otp-semantics.md"), page("docs/otp-parity.md"));
    let (rules, rows) = (rules(&semantics, &SECTIONS), rows(&page));
    println!(
        "{} rules, of which {} wait for something",
        rules.len(),
        later(&rows)
    );
    report(&complete(&rules, &rows));
}

#[test]
fn every_line_has_a_test_a_difference_or_what_comes_later() {
    let page = page("docs/otp-parity.md");
    report(&grounded(&rows(&page), &REASONS));
    report(&grounded(&cases(&page), &REASONS_OF_CASES));
}

#[test]
fn every_test_that_is_named_exists() {
    let page = page("docs/otp-parity.md");
    report(&proven(&rows(&page), root));
    report(&proven(&cases(&page), root));
}

#[test]
fn every_ported_test_stands_on_the_page() {
    let page = page("docs/otp-parity.md");
    let folder = "crates/actor-core/tests/upstream";
    for suite in [
        "gen_server_suite.rs",
        "gen_server_test.rs",
        "process_test.rs",
    ] {
        let text = root(&format!("{folder}/{suite}")).expect("the suite is there");
        report(&unlisted(
            &text,
            &format!("upstream/{suite}"),
            &cases(&page),
        ));
    }
}

mod planted {
    use super::*;

    const SEMANTICS: &str = "# Rules\n\nE-9 of no section\n\n## 1. Processes\n\nP-1 A pid.\n\
        P-2 **!** Order.\nsee P-3\n\n## 3. Supervisor\nS-1 A spec.\n\n## 14. Reports\nL-1 a\nL-2 b\n";

    fn proof(proof: &str) -> [Row<'_>; 1] {
        let (line, rule) = (7, "P-1");
        [Row { line, rule, proof }]
    }

    fn one_file(path: &str) -> Option<String> {
        let text = "#[tokio::test(start_paused = true)]\n#[expect(\n    x,\n)]\nasync fn works() {\n}\n\
            #[test]\nfn works_too() {}\n\nasync fn helper() {}\n";
        (path == "crates/actor-core/src/x/tests.rs").then(|| text.into())
    }

    #[test]
    fn rules_are_those_of_the_sections_alone() {
        let sections: [(&str, &[&str]); 2] = [("## 1. ", &[]), ("## 14. ", &["L-2"])];
        assert_eq!(rules(SEMANTICS, &sections), ["P-1", "P-2", "L-2"]);
    }

    #[test]
    fn rows_are_the_lines_that_begin_with_a_rule() {
        let page = "| rule | tests |\n|---|---|\n| P-1 | `x.rs::works` |\nP-2\n| P-3 |  |\n";
        let expected = [(3, "P-1", "`x.rs::works`"), (5, "P-3", "")];
        let expected = expected.map(|(line, rule, proof)| Row { line, rule, proof });
        assert_eq!(rows(page), expected);
    }

    #[test]
    fn a_rule_that_is_missing_or_unknown_or_listed_twice_is_found() {
        let page = "| P-1 | a |\n| P-1 | b |\n| P-9 | c |\n";
        let found = complete(&["P-1", "P-2"], &rows(page));
        let expected = [
            "P-2: is missing, give it a line",
            "2: P-1 stands above already",
            "3: P-9 is no rule of these sections",
        ];
        assert_eq!(found, expected);
        assert_eq!(complete(&["P-1"], &rows("| P-1 | a |\n")), Found::new());
    }

    #[test]
    fn a_line_that_says_nothing_is_found() {
        for nothing in ["", "so", "`Next::Stop`", "later:", "difference: ", "n/a: x"] {
            assert_eq!(grounded(&proof(nothing), &REASONS).len(), 1, "{nothing}");
        }
        for something in ["`x.rs::works`", "later: sys", "difference: types"] {
            let found = grounded(&proof(something), &REASONS);
            assert_eq!(found, Found::new(), "{something}");
        }
        let found = grounded(&proof("n/a: types"), &REASONS_OF_CASES);
        assert_eq!(found, Found::new());
    }

    #[test]
    fn a_test_that_is_not_there_is_found() {
        let missing = [
            "`x/tests.rs::workss`",
            "`x/tests.rs::work`",
            "`x/tests.rs::helper`",
            "`y/tests.rs::works`",
            "`x/tests.rs`",
            "`x/tests.rs::works`, `x/tests.rs::gone`",
        ];
        for test in missing {
            assert_eq!(proven(&proof(test), one_file).len(), 1, "{test}");
        }
        let there = "`x/tests.rs::works` and `crates/actor-core/src/x/tests.rs::works_too`, `Next`";
        assert_eq!(proven(&proof(there), one_file), Found::new());
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
    fn a_ported_test_that_is_in_no_line_is_found() {
        let text = one_file("crates/actor-core/src/x/tests.rs").expect("there");
        let listed = proof("`upstream/x.rs::works`");
        assert_eq!(unlisted(&text, "upstream/x.rs", &listed), Found::new());
        assert_eq!(unlisted(&text, "upstream/y.rs", &listed).len(), 1);
    }

    #[test]
    fn what_comes_later_is_counted_once_a_line() {
        let page = "| P-1 | later: a. later: b |\n| P-2 | `x.rs::y`; later: c |\n| P-3 | d |\n";
        assert_eq!(later(&rows(page)), 2);
    }
}
