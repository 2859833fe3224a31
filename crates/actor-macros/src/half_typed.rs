//! Blocks of which a part cannot be read, as there are many while one types.
//!
//! A body that cannot be read is left to the compiler, whose error is then the only one. An item
//! whose first line cannot be read is emitted as it is, in an impl block of its own. The rest is
//! expanded as ever, so that an editor keeps completing.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{ImplItem, Item, ItemImpl};

use crate::errors::Errors;

#[cfg(test)]
mod tests;

/// What stands in a body while it is away; the rest is its number.
const MARK: &str = "__actor_body_";

/// The parts of a block that could not be read.
#[derive(Default)]
pub(crate) struct Unread {
    /// The bodies, in the order of the block.
    bodies: Vec<Group>,
    /// The items that stay as they are, in an impl block.
    block: Option<TokenStream>,
}

/// Reads an impl block, apart from what cannot be read. None if that is the block's first line.
pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Option<(ItemImpl, Unread)> {
    let mut trees: Vec<_> = tokens.into_iter().collect();
    let Some(TokenTree::Group(block)) = trees.pop() else {
        return None;
    };
    trees.push(TokenTree::Group(with_content(&block, TokenStream::new())));
    let Ok(Item::Impl(mut item)) = syn::parse2(trees.into_iter().collect()) else {
        return None;
    };
    let mut unread = Unread::default();
    let mut broken = TokenStream::new();
    for tokens in split(block.stream()) {
        match syn::parse2::<ImplItem>(unread.take_body(tokens.clone())) {
            Ok(read) => item.items.push(read),
            Err(error) => {
                errors.add(error);
                broken.extend(without_marks(tokens));
            }
        }
    }
    if !broken.is_empty() {
        let self_ty = &item.self_ty;
        let (impl_generics, _, where_clause) = item.generics.split_for_impl();
        unread.block = Some(quote!(impl #impl_generics #self_ty #where_clause { #broken }));
    }
    Some((item, unread))
}

impl Unread {
    /// Puts the bodies back where they were, and the rest behind everything: the compiler may stop
    /// reading there.
    pub(crate) fn restore(&self, tokens: TokenStream) -> TokenStream {
        let mut tokens = self.restore_bodies(tokens);
        tokens.extend(self.block.clone());
        tokens
    }

    fn restore_bodies(&self, tokens: TokenStream) -> TokenStream {
        if self.bodies.is_empty() {
            return tokens;
        }
        let restore = |tree| match tree {
            TokenTree::Group(group) => TokenTree::Group(match self.body(&group) {
                Some(body) => body.clone(),
                None => with_content(&group, self.restore_bodies(group.stream())),
            }),
            tree => tree,
        };
        tokens.into_iter().map(restore).collect()
    }

    /// The body for which a group stands.
    fn body(&self, group: &Group) -> Option<&Group> {
        let text = group.stream().to_string();
        let number = text.strip_prefix(MARK)?.parse::<usize>().ok()?;
        self.bodies.get(number)
    }

    /// The item with a mark for a body. The body is its last token.
    fn take_body(&mut self, item: Vec<TokenTree>) -> TokenStream {
        let mut item = item;
        if is_function(&item)
            && let Some(TokenTree::Group(body)) = item.last_mut()
        {
            let mark = Ident::new(&format!("{MARK}{}", self.bodies.len()), Span::call_site());
            let marked = with_content(body, quote!(#mark));
            self.bodies.push(std::mem::replace(body, marked));
        }
        item.into_iter().collect()
    }
}

/// The items of a block: a function ends with its body, anything else with a semicolon.
fn split(block: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut items = Vec::new();
    let mut item: Vec<TokenTree> = Vec::new();
    for tree in block {
        let ends = match &tree {
            TokenTree::Group(group) => {
                // The braces in `Matrix<{ N + 1 }, { M }>` are no body.
                let is_argument = item.last().is_some_and(|before| is_punct(before, "<,"));
                group.delimiter() == Delimiter::Brace && is_function(&item) && !is_argument
            }
            tree => is_punct(tree, ";"),
        };
        item.push(tree);
        if ends {
            items.push(std::mem::take(&mut item));
        }
    }
    if !item.is_empty() {
        items.push(item);
    }
    items
}

/// The `fn` of `type F: fn()` comes behind a colon.
fn is_function(item: &[TokenTree]) -> bool {
    let is_fn = |tree: &&TokenTree| matches!(tree, TokenTree::Ident(ident) if ident == "fn");
    item.iter()
        .take_while(|tree| !is_punct(tree, ":="))
        .any(|tree| is_fn(&tree))
}

/// The tokens without `#[call]` and `#[cast]`, which mean nothing elsewhere.
fn without_marks(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        if is_mark(&tree) && kept.last().is_some_and(|before| is_punct(before, "#")) {
            kept.pop();
        } else {
            kept.push(tree);
        }
    }
    kept
}

/// The `[call]` of `#[call]`.
fn is_mark(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if name == "call" || name == "cast")
}

fn is_punct(tree: &TokenTree, any: &str) -> bool {
    matches!(tree, TokenTree::Punct(punct) if any.contains(punct.as_char()))
}

/// A group of the same delimiter in the same place.
fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), content);
    other.set_span(group.span());
    other
}
