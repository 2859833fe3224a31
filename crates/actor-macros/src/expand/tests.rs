use proc_macro2::TokenStream;
use syn::{File, Item};

use crate::entry::Entry;

/// The attribute's docs, which show a block and all that is written for it.
const DOCS: &str = include_str!("../actor.md");

/// The path for which the docs say `p`.
const RUNTIME: &str = ":: actor_otp :: __private ::";

#[test]
fn the_docs_show_what_is_written() {
    let (_, section) = DOCS
        .split_once("# What is written")
        .expect("the docs show it");
    let mut blocks = section.split("```").skip(1).step_by(2);
    let (user, written) = (blocks.next(), blocks.next());
    let user: File = code(user.expect("the docs show the user's code"));
    let written: File = code(written.expect("the docs show the written code"));
    let output = user.items.into_iter().find_map(expand);
    let output: File = syn::parse2(output.expect("the user's code has the attribute"))
        .expect("the output is Rust");
    for (output, written) in output.items.iter().zip(&written.items) {
        assert_eq!(tokens(output).replace(RUNTIME, "p ::"), tokens(written));
    }
    assert_eq!(output.items.len(), written.items.len());
}

fn expand(item: Item) -> Option<TokenStream> {
    let Item::Impl(mut item) = item else {
        return None;
    };
    let attribute = item.attrs.pop()?;
    let words = attribute.meta.require_list().ok()?.tokens.clone();
    let item = quote::quote!(#item);
    Some(super::actor(Entry::Facade, words, item))
}

fn code(block: &str) -> File {
    let (_language, code) = block.split_once('\n').expect("a block has a first line");
    syn::parse_str(code).expect("a block is Rust")
}

/// The tokens as text, without the commas that the formatter adds or takes.
fn tokens(item: &Item) -> String {
    let mut text = quote::quote!(#item).to_string();
    for (with, without) in [(" ,)", ")"), (" , }", " }"), (" , >", " >")] {
        text = text.replace(with, without);
    }
    text
}
