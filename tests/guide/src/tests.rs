//! Every chapter is included and listed once, every link leads somewhere, and every public item is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{ImplItem, Item, TraitItem, Type, UseTree, Visibility};

use super::CHAPTERS;

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pages() -> PathBuf {
    root().join("docs/guide/src")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of the whole guide.
fn guide() -> String {
    let page = |chapter: &&str| read(&pages().join(format!("{chapter}.md")));
    CHAPTERS.iter().map(page).collect()
}

/// What stands outside of fences, line by line, and the words behind each opening fence.
fn text_and_fences(page: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut text, mut fences, mut fenced) = (Vec::new(), Vec::new(), false);
    for line in page.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(words) => {
                if !fenced {
                    fences.push(words.trim());
                }
                fenced = !fenced;
            }
            None if fenced => {}
            None => text.push(line),
        }
    }
    (text, fences)
}

/// The targets of the links of a page, without their fragments. What looks like one in code is none.
fn links(page: &str) -> Vec<&str> {
    let (text, _) = text_and_fences(page);
    let targets = text.into_iter().flat_map(|line| line.split("](").skip(1));
    targets
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty())
        .collect()
}

#[test]
fn the_table_of_contents_lists_the_chapters_that_are_run_in_this_order() {
    let summary = read(&pages().join("SUMMARY.md"));
    let listed: Vec<_> = links(&summary)
        .into_iter()
        .map(|link| link.trim_end_matches(".md"))
        .collect();
    assert_eq!(listed, CHAPTERS);
}

#[test]
fn every_page_is_a_chapter() {
    let files = fs::read_dir(pages()).expect("the guide is there");
    let names = files.map(|file| file.expect("it can be read").file_name());
    let names: BTreeSet<_> = names.filter_map(|name| name.into_string().ok()).collect();
    let mut expected: BTreeSet<_> = CHAPTERS.iter().map(|name| format!("{name}.md")).collect();
    expected.insert("SUMMARY.md".to_owned());
    assert_eq!(names, expected);
}

/// Where the files of the checkout are read. A book is a folder of its own: what lies beside it, it
/// reaches by this address alone.
const BLOB: &str = "https://github.com/actor-otp/actor-otp/blob/main/";

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for chapter in CHAPTERS {
        let page = read(&pages().join(format!("{chapter}.md")));
        for link in links(&page) {
            let leads = match link.strip_prefix(BLOB) {
                Some(path) => root().join(path).exists(),
                None if link.starts_with("https://") => true,
                None => !link.starts_with("..") && pages().join(link).exists(),
            };
            assert!(leads, "{chapter}.md leads to {link}, which is not there");
            seen += 1;
        }
    }
    assert!(seen > 40, "the guide has links; {seen} were found");
}

#[test]
fn links_of_the_readmes_lead_somewhere() {
    for (folder, least) in [("", 30), ("examples", 2)] {
        let folder = root().join(folder);
        let page = read(&folder.join("README.md"));
        let links = links(&page);
        for link in &links {
            let leads = link.starts_with("https://") || folder.join(link).exists();
            assert!(
                leads,
                "{} leads to {link}, which is not there",
                folder.display()
            );
        }
        assert!(links.len() >= least, "{} has links", folder.display());
    }
}

/// The Rust files of a folder and of those in it.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn links_from_the_docs_of_items_lead_somewhere() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    let mut seen = 0;
    for file in files {
        for rest in read(&file).split(BLOB).skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            let leads = root().join(target).is_file();
            assert!(
                leads,
                "{} leads to {target}, which is not there",
                file.display()
            );
            seen += 1;
        }
    }
    assert!(
        seen > 20,
        "the docs have links into the repository; {seen} were found"
    );
}

/// What is wrong with the programs of a page: each is run, or waits for Ctrl-C, or must be refused.
fn left_out(page: &str) -> Option<String> {
    let (text, fences) = text_and_fences(page);
    if text.iter().any(|line| line.trim_start().starts_with("~~~")) {
        return Some("~~~".to_owned());
    }
    for words in &fences {
        let is_program = matches!(*words, "rust" | "rust,no_run");
        let is_other = matches!(*words, "text" | "toml" | "elixir");
        if !is_program && !is_other && !words.starts_with("rust,compile_fail,E") {
            return Some(format!("```{words}"));
        }
    }
    let endless = fences.iter().filter(|&&words| words == "rust,no_run");
    let (endless, runs) = (endless.count(), page.matches("actor_otp::run(").count());
    (endless > runs).then(|| format!("{endless} programs that are not run"))
}

#[test]
fn no_program_is_left_out() {
    for chapter in CHAPTERS {
        let page = read(&pages().join(format!("{chapter}.md")));
        assert_eq!(left_out(&page), None, "{chapter}.md");
    }
}

#[test]
fn a_program_that_would_be_left_out_is_found() {
    for (page, found) in [
        ("```rust\n```\n```text\n```\n", None),
        ("```rust,compile_fail,E0277\n```\n", None),
        ("```rust,no_run\nactor_otp::run(App, ());\n```\n", None),
        ("```rust\n~~~\n```\n", None),
        ("```\n```\n", Some("```")),
        ("1. one\n   ```rs\n   ```\n", Some("```rs")),
        ("``` ignore\n```\n", Some("```ignore")),
        ("```rust,ignore\n```\n", Some("```rust,ignore")),
        ("```rust,compile_fail\n```\n", Some("```rust,compile_fail")),
        ("````rust\n````\n", Some("````rust")),
        (" ~~~rust\n ~~~\n", Some("~~~")),
        ("```rust,no_run\n```\n", Some("1 programs that are not run")),
    ] {
        assert_eq!(left_out(page).as_deref(), found, "{page}");
    }
}

/// The names that a `use` brings in, but those of hidden modules.
fn used(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => used(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| used(tree, names)),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(rename) => drop(names.insert(rename.rename.to_string())),
        UseTree::Glob(_) => {}
    }
}

/// The public names of a file: functions, and what it re-exports.
fn public(path: &str) -> BTreeSet<String> {
    let file = syn::parse_file(&read(&root().join(path))).expect("it is Rust");
    let mut names = BTreeSet::new();
    for item in file.items {
        match item {
            Item::Use(item)
                if matches!(item.vis, Visibility::Public(_)) && !hidden(&item.attrs) =>
            {
                used(&item.tree, &mut names);
            }
            Item::Fn(item) if matches!(item.vis, Visibility::Public(_)) && !hidden(&item.attrs) => {
                names.insert(item.sig.ident.to_string());
            }
            _ => {}
        }
    }
    names
}

fn hidden(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.path.is_ident("doc") && list.tokens.to_string() == "hidden")
    })
}

/// What the guide has to name, by files of the facade.
fn items() -> BTreeSet<String> {
    let files = [
        "crates/actor-otp/src/lib.rs",
        "crates/actor-core/src/process.rs",
        "crates/actor-core/src/sys.rs",
        "crates/actor-test/src/lib.rs",
    ];
    files.into_iter().flat_map(public).collect()
}

/// The methods in a file that users may call on these types and traits.
fn methods(file: &Path, items: &BTreeSet<String>, methods: &mut BTreeSet<String>) {
    for item in syn::parse_file(&read(file)).expect("it is Rust").items {
        match item {
            Item::Impl(block) if block.trait_.is_none() => {
                let Type::Path(of) = *block.self_ty else {
                    continue;
                };
                let name = of.path.segments.last().map(|last| last.ident.to_string());
                let is_open = name.is_some_and(|name| items.contains(&name));
                let open = block.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(item) if is_open && matches!(item.vis, Visibility::Public(_)) => {
                        (!hidden(&item.attrs)).then(|| item.sig.ident.to_string())
                    }
                    _ => None,
                });
                methods.extend(open);
            }
            Item::Trait(block) if items.contains(&block.ident.to_string()) => {
                let open = block.items.into_iter().filter_map(|item| match item {
                    TraitItem::Fn(item) if !hidden(&item.attrs) => Some(item.sig.ident.to_string()),
                    _ => None,
                });
                methods.extend(open);
            }
            _ => {}
        }
    }
}

/// Fails with the names that are no words of the guide.
#[track_caller]
fn all_named(names: &BTreeSet<String>) {
    let guide = guide();
    let words: BTreeSet<_> = guide
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .collect();
    let unnamed: Vec<_> = names
        .iter()
        .filter(|name| !words.contains(&***name))
        .collect();
    assert!(unnamed.is_empty(), "mention them in the guide: {unnamed:?}");
}

#[test]
fn the_guide_names_every_public_item() {
    let items = items();
    assert!(items.len() > 150, "{} names were found", items.len());
    all_named(&items);
}

#[test]
fn the_guide_names_every_public_method() {
    let mut files = Vec::new();
    for library in ["actor-core", "actor-supervisor", "actor-test"] {
        sources(&root().join("crates").join(library).join("src"), &mut files);
    }
    let items = items();
    let mut named = BTreeSet::new();
    for file in files {
        methods(&file, &items, &mut named);
    }
    assert!(named.len() > 150, "{} methods were found", named.len());
    all_named(&named);
}
