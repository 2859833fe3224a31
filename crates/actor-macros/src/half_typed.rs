//! Blocks with bodies that cannot be read, as there are many while one types.
//!
//! Such a body is left to the compiler, whose error is then the only one: the rest of the block is
//! expanded as ever, so that an editor keeps completing.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Item;

#[cfg(test)]
mod tests;

/// What stands in a body while it is away; the rest is its number.
const MARK: &str = "__actor_body_";

/// The bodies of a block, in its order.
#[derive(Default)]
pub(crate) struct Bodies(Vec<Group>);

/// Reads an impl block without its bodies. None if it cannot be read even so.
pub(crate) fn read(tokens: TokenStream) -> Option<(Item, Bodies)> {
    let mut bodies = Bodies::default();
    let mut trees: Vec<_> = tokens.into_iter().collect();
    if let Some(TokenTree::Group(block)) = trees.last_mut() {
        *block = bodies.take_out(block);
    }
    let item = syn::parse2(trees.into_iter().collect()).ok()?;
    Some((item, bodies))
}

impl Bodies {
    /// Puts the bodies back where they were.
    pub(crate) fn restore(&self, tokens: TokenStream) -> TokenStream {
        if self.0.is_empty() {
            return tokens;
        }
        let restore = |tree| match tree {
            TokenTree::Group(group) => TokenTree::Group(match self.body(&group) {
                Some(body) => body.clone(),
                None => with_content(&group, self.restore(group.stream())),
            }),
            tree => tree,
        };
        tokens.into_iter().map(restore).collect()
    }

    /// The block with marks for bodies.
    fn take_out(&mut self, block: &Group) -> Group {
        let mut awaits_body = false;
        let mut is_argument = false;
        let mut take_out = |tree| {
            let tree = match tree {
                TokenTree::Group(group) if awaits_body && !is_argument && is_braced(&group) => {
                    awaits_body = false;
                    TokenTree::Group(self.replace(group))
                }
                tree => tree,
            };
            awaits_body |= matches!(&tree, TokenTree::Ident(ident) if ident == "fn");
            // The braces in `Matrix<{ N + 1 }, { M }>` are no body.
            is_argument = matches!(&tree, TokenTree::Punct(p) if "<,".contains(p.as_char()));
            tree
        };
        with_content(
            block,
            block.stream().into_iter().map(&mut take_out).collect(),
        )
    }

    fn replace(&mut self, body: Group) -> Group {
        let mark = Ident::new(&format!("{MARK}{}", self.0.len()), Span::call_site());
        let replaced = with_content(&body, quote!(#mark));
        self.0.push(body);
        replaced
    }

    /// The body for which a group stands.
    fn body(&self, group: &Group) -> Option<&Group> {
        let text = group.stream().to_string();
        let number = text.strip_prefix(MARK)?.parse::<usize>().ok()?;
        self.0.get(number)
    }
}

fn is_braced(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

/// A group of the same delimiter in the same place.
fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), content);
    other.set_span(group.span());
    other
}
