//! What the docs of a future say: what becomes of it when it is dropped half-way.
//!
//! `# Errors` of functions is clippy's; of a future that is no `async fn` it sees nothing.

use crate::{
    file::{File, Line},
    violations::Violations,
};

/// Our types that are futures, as a signature names them.
const FUTURES: [&str; 3] = ["Exited", "Request<", "Sending<"];

/// A function in reach of users, with the lines above it.
struct Function {
    line: usize,
    /// From `fn` to its body.
    signature: String,
    docs: Vec<String>,
}

pub(crate) fn documented(file: &File, found: &mut Violations) {
    for Function {
        line,
        signature,
        docs,
    } in functions(file)
    {
        let result = signature.split_once("->").map_or("", |(_, result)| result);
        let of_trait = result.contains("impl Future<");
        let is_future = signature.contains("async fn ")
            || of_trait
            || FUTURES.iter().any(|name| result.trim().starts_with(name));
        let says = |title: &str| docs.iter().any(|doc| doc.trim() == title);
        if is_future && !says("/// # Cancel safety") {
            let what = "the docs of a future have a part `# Cancel safety`";
            found.add(&file.path, line, what);
        }
        if of_trait && result.contains("Result<") && !says("/// # Errors") {
            found.add(&file.path, line, "the docs of what fails say `# Errors`");
        }
    }
}

/// The functions that are `pub`, and those of traits that are.
fn functions(file: &File) -> Vec<Function> {
    let text: Vec<&str> = file.text.lines().collect();
    let lines = file.shipped();
    let mut functions = Vec::new();
    let mut in_trait = false;
    for (at, Line { number, text: code }) in lines.iter().enumerate() {
        if !code.starts_with([' ', '}']) {
            in_trait = code.starts_with("pub trait ");
        }
        let start = code.trim_start();
        let own = start.trim_start_matches("pub ");
        let is_fn = own.starts_with("fn ") || own.starts_with("async fn ");
        let indented = code.len() - start.len();
        let in_reach = start.starts_with("pub ") || (in_trait && indented == 4);
        if !is_fn || !in_reach {
            continue;
        }
        let mut signature = String::new();
        for line in &lines[at..] {
            signature.push_str(line.text.trim());
            signature.push(' ');
            if line.text.contains(['{', ';']) {
                break;
            }
        }
        let docs = above(&text[..number - 1]);
        if !docs.iter().any(|line| line.contains("doc(hidden)")) {
            functions.push(Function {
                line: *number,
                signature,
                docs,
            });
        }
    }
    functions
}

/// The docs and attributes that end these lines.
fn above(lines: &[&str]) -> Vec<String> {
    let is_above = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with('#')
    };
    let docs = lines.iter().rev().take_while(is_above);
    docs.map(|line| (*line).to_owned()).collect()
}

mod planted {
    use super::*;
    use crate::violations::found_in;

    fn found(text: &str) -> Vec<String> {
        let file = File::new("x.rs", text);
        let lines = found_in(&file, documented);
        let line = |place: String| place.trim_start_matches("x.rs:").to_owned();
        lines.into_iter().map(line).collect()
    }

    #[test]
    fn a_future_without_a_word_on_cancelling_is_found() {
        assert_eq!(found("/// Waits.\npub async fn wait() {\n}\n"), ["2"]);
        let said = "/// Waits.\n///\n/// # Cancel safety\n///\n/// Safe.\npub async fn wait() {}\n";
        assert!(found(said).is_empty());
        assert_eq!(found("/// Sends.\npub fn send() -> Sending<S> {}\n"), ["2"]);
        assert!(found("async fn own() {}\npub(crate) async fn wait() {}\n").is_empty());
        assert!(found("#[doc(hidden)]\npub async fn wait() {}\n").is_empty());
    }

    #[test]
    fn a_function_of_a_trait_is_found_when_the_trait_is_public() {
        let method = "Wait {\n    /// Waits.\n    fn wait(\n        &self,\n    ) -> impl Future<Output = Result<(), E>> + Send;\n}\n";
        assert_eq!(found(&format!("pub trait {method}")), ["3", "3"]);
        assert!(found(&format!("pub(crate) trait {method}")).is_empty());
        let own = "pub trait Wait {\n    /// Waits.\n    async fn wait(&self) {\n    }\n}\n\nimpl A {\n    fn b() -> impl Future<Output = ()> {\n    }\n}\n";
        assert_eq!(found(own), ["3"]);
    }
}
