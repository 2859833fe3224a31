//! Pages whose tables say what stands behind each rule, case or fault.

use std::fs;
use std::path::Path;

/// Where the file of a test may lie; the first one that has it counts.
const FOLDERS: [&str; 5] = [
    "crates/actor-core/tests/",
    "crates/actor-core/src/",
    "crates/actor-supervisor/tests/",
    "crates/actor-supervisor/src/",
    "",
];

/// A line of one of the page's tables: a rule or a case, and what stands behind it.
#[derive(Debug, PartialEq)]
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    pub(crate) rule: &'a str,
    pub(crate) proof: &'a str,
}

/// Each check gives one message a line.
pub(crate) type Found = Vec<String>;

/// `G-22` and the like.
pub(crate) fn is_rule(word: &str) -> bool {
    word.split_once('-').is_some_and(|(letters, number)| {
        !letters.is_empty()
            && letters.chars().all(|c| c.is_ascii_uppercase())
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// The lines `| G-22 | … |` of the page; behind the rule may stand a mark.
pub(crate) fn rows(page: &str) -> Vec<Row<'_>> {
    let mut rows = table(page);
    rows.retain(|row| row.rule.split_whitespace().next().is_some_and(is_rule));
    rows
}

/// All lines of tables; the lines under their heads are none.
pub(crate) fn table<'a>(page: &'a str) -> Vec<Row<'a>> {
    let row = |(at, text): (usize, &'a str)| {
        let (rule, proof) = text.strip_prefix("| ")?.split_once(" |")?;
        let proof = proof.trim().trim_end_matches('|').trim();
        let line = at + 1;
        Some(Row { line, rule, proof })
    };
    page.lines().enumerate().filter_map(row).collect()
}

/// Every rule has its line, and only one.
pub(crate) fn complete(rules: &[&str], rows: &[Row<'_>]) -> Found {
    let mut found = Found::new();
    for rule in rules {
        if !rows.iter().any(|row| row.rule == *rule) {
            found.push(format!("{rule}: is missing, give it a line"));
        }
    }
    for (at, Row { line, rule, .. }) in rows.iter().enumerate() {
        if !rules.contains(rule) {
            found.push(format!("{line}: {rule} is not in the list"));
        }
        if rows[..at].iter().any(|row| row.rule == *rule) {
            found.push(format!("{line}: {rule} stands above already"));
        }
    }
    found
}

/// Every line says something: a test, or text behind one of these words.
pub(crate) fn grounded(rows: &[Row<'_>], words: &[&str]) -> Found {
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
pub(crate) fn tests(proof: &str) -> Vec<&str> {
    let quoted = proof.split('`').skip(1).step_by(2);
    quoted.filter(|text| text.contains(".rs")).collect()
}

/// Every test that is named is a test; `read` gives the text of a file, if there is one.
pub(crate) fn proven(rows: &[Row<'_>], read: impl Fn(&str) -> Option<String>) -> Found {
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

fn look_up(test: &str, read: impl Fn(&str) -> Option<String>) -> Result<String, &'static str> {
    let (file, name) = test.split_once("::").ok_or("write `file.rs::test`")?;
    let text = FOLDERS
        .iter()
        .find_map(|folder| read(&format!("{folder}{file}")))
        .ok_or("there is no such file")?;
    source(&text, name).ok_or("the file has no such test")
}

/// Whether the text has a function of this name with an attribute that makes it a test.
pub(crate) fn has_test(text: &str, name: &str) -> bool {
    source(text, name).is_some()
}

/// That function, from what stands above it to its last brace.
fn source(text: &str, name: &str) -> Option<String> {
    let head = format!("fn {name}(");
    let lines: Vec<_> = text.lines().collect();
    let above = |at: usize| {
        let above = lines[..at].iter().rev();
        above.take_while(|line| !line.trim().is_empty() && *line != &"}")
    };
    let is_head = |line: &str| line.trim_start_matches("async ").starts_with(&head);
    let at = (0..lines.len()).find(|&at| {
        let mut attributes = above(at);
        is_head(lines[at].trim_start())
            && attributes.any(|line| is_test_attribute(line.trim_start()))
    })?;
    let indent = lines[at].len() - lines[at].trim_start().len();
    let last = format!("{}}}", &lines[at][..indent]);
    let body = lines[at..].iter().position(|line| *line == last);
    let end = at + body.filter(|_| !lines[at].ends_with('}')).unwrap_or(0);
    Some(lines[at - above(at).count()..=end].join("\n"))
}

fn is_test_attribute(line: &str) -> bool {
    ["#[test]", "#[tokio::test", "on_every_runtime!"]
        .iter()
        .any(|attribute| line.starts_with(attribute))
}

/// Every test that is named bears the rule of its line, the first word of it.
pub(crate) fn marked(rows: &[Row<'_>], read: impl Fn(&str) -> Option<String>) -> Found {
    let mut found = Found::new();
    for Row { line, rule, proof } in rows {
        let id = rule.split_whitespace().next().unwrap_or_default();
        let bears = |test: &&str| look_up(test, &read).is_ok_and(|text| !text.contains(id));
        for test in tests(proof).into_iter().filter(bears) {
            found.push(format!(
                "{line}: {rule} names `{test}`, which does not name {id}"
            ));
        }
    }
    found
}

/// How many lines wait for something.
pub(crate) fn later(rows: &[Row<'_>]) -> usize {
    let waits = |row: &&Row<'_>| said(row.proof, "later:").is_some();
    rows.iter().filter(waits).count()
}

pub(crate) fn root(path: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).ok()
}

pub(crate) fn page(path: &str) -> String {
    root(path).expect("the page is there")
}

/// Fails with all that was found.
#[track_caller]
pub(crate) fn report(page: &str, found: &[String]) {
    let lines = found.iter().map(|line| format!("{page}:{line}\n"));
    assert!(found.is_empty(), "\n{}", lines.collect::<String>());
}

pub(crate) mod planted {
    use super::*;

    pub(crate) fn proof(proof: &str) -> [Row<'_>; 1] {
        let (line, rule) = (7, "P-1");
        [Row { line, rule, proof }]
    }

    pub(crate) fn one_file(path: &str) -> Option<String> {
        let text = "#[tokio::test(start_paused = true)]\n#[expect(\n    x,\n)]\nasync fn works() {\n}\n\
            #[test]\nfn works_too() {}\n\nasync fn helper() {}\n";
        (path == "crates/actor-core/src/x/tests.rs").then(|| text.into())
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
            "3: P-9 is not in the list",
        ];
        assert_eq!(found, expected);
        assert_eq!(complete(&["P-1"], &rows("| P-1 | a |\n")), Found::new());
    }

    #[test]
    fn a_line_that_says_nothing_is_found() {
        let words = ["difference:", "later:"];
        for nothing in ["", "so", "`Next::Stop`", "later:", "difference: ", "n/a: x"] {
            assert_eq!(grounded(&proof(nothing), &words).len(), 1, "{nothing}");
        }
        for something in ["`x.rs::works`", "later: sys", "difference: types"] {
            let found = grounded(&proof(something), &words);
            assert_eq!(found, Found::new(), "{something}");
        }
        assert_eq!(grounded(&proof("n/a: types"), &["n/a:"]), Found::new());
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
    fn what_comes_later_is_counted_once_a_line() {
        let page = "| P-1 | later: a. later: b |\n| P-2 | `x.rs::y`; later: c |\n| P-3 | d |\n";
        assert_eq!(later(&rows(page)), 2);
    }

    #[test]
    fn a_test_that_does_not_bear_the_rule_of_its_line_is_found() {
        let file = |text: &'static str| move |_: &str| Some(text.to_owned());
        let row = proof("`x.rs::works`");
        let bare = "// P-1\n\n#[test]\nfn works() {\n    f();\n}\n// P-1\n";
        assert_eq!(marked(&row, file(bare)).len(), 1);
        let one_line = "#[test]\nfn works() {}\nfn other() {\n    // P-1\n}\n";
        assert_eq!(marked(&row, file(one_line)).len(), 1);
        for text in [
            "/// P-1\n#[test]\nfn works() {\n}\n",
            "#[test]\nfn works() {\n    // P-2, P-1\n    if x {\n    }\n}\n",
            "on_every_runtime! {\n    async fn works() {\n        // P-1\n    }\n}\n",
        ] {
            assert_eq!(marked(&row, file(text)), Found::new(), "{text}");
        }
    }
}
