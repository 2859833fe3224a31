//! The output: from a checked block to tokens. Each file below writes one kind of item.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{AttrStyle, Attribute};

use crate::ast::{Actor, Kind, Message};
use crate::attr::{self, Options};
use crate::entry::Entry;
use crate::errors::Errors;
use crate::{input, valid};

mod client;
mod fields;
mod messages;
mod methods;
mod name;
mod supervised;
mod time;
mod trait_impl;

#[cfg(test)]
mod tests;

/// The whole of the attribute: from the user's tokens to ours, with all errors in front.
pub(crate) fn actor(entry: Entry, attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let expansion = expand(entry, attr, item, &mut errors);
    let errors = errors.into_compile_errors();
    quote!(#errors #expansion)
}

fn expand(entry: Entry, attr: TokenStream, item: TokenStream, errors: &mut Errors) -> TokenStream {
    let mut options = attr::parse(attr, entry, errors);
    let (block, unread) = match input::read(item, entry, errors) {
        Ok(read) => read,
        Err(fallback) => return fallback,
    };
    let actor = valid::check(block, &mut options, entry, errors);
    let output = Output {
        cfgs: cfgs(&actor),
        actor,
        options,
        entry,
    };
    unread.restore(output.all())
}

/// All that the items are written from.
struct Output {
    actor: Actor,
    options: Options,
    entry: Entry,
    /// The conditions on the block, which hold for each item written for it.
    cfgs: Vec<Attribute>,
}

impl Output {
    fn all(&self) -> TokenStream {
        let methods = self.methods();
        let trait_impl = self.trait_impl();
        let name = self.name();
        let supervised = self.entry.has_supervision().then(|| self.supervised());
        let messages = self.messages_and_client();
        quote! {
            #trait_impl
            #methods
            #name
            #messages
            #supervised
        }
    }

    fn messages_and_client(&self) -> TokenStream {
        let calls = self.enum_of(Kind::Call);
        let casts = self.enum_of(Kind::Cast);
        let client = self.client();
        quote!(#calls #casts #client)
    }
}

impl Output {
    /// The lints of the block, for what else holds code or types of the user's.
    fn lints(&self) -> Vec<Attribute> {
        let is_lint = |attribute: &&Attribute| {
            ["allow", "warn", "deny", "forbid"]
                .iter()
                .any(|name| attribute.path().is_ident(name))
        };
        let outer = |attribute: &Attribute| Attribute {
            style: AttrStyle::Outer, // one that was written inside the block too
            ..attribute.clone()
        };
        let attributes = self.actor.item.attrs.iter();
        attributes.filter(is_lint).map(outer).collect()
    }

    /// What the block allows, for the types that are made of its messages.
    fn allowed_by_the_block(&self) -> Vec<Attribute> {
        let mut lints = self.lints();
        lints.retain(|attribute| attribute.path().is_ident("allow"));
        lints
    }

    /// The lints of code that hands on what the user has named or deprecated.
    fn allowed_inside(&self) -> Option<TokenStream> {
        let has = |what: fn(&Message) -> bool| self.actor.messages.iter().any(what);
        let deprecated = has(|message| message.deprecated.is_some()).then(|| quote!(deprecated,));
        let underscore = has(|message| {
            let mut names = message
                .arguments()
                .map(|argument| argument.name.to_string());
            names.any(|name| name.starts_with('_'))
        });
        let underscore = underscore.then(|| quote!(clippy::used_underscore_binding,));
        // A match on an enum that is empty on some condition.
        let is_conditional = |kind: &Kind| {
            let mut messages = self.actor.messages(*kind);
            self.actor.has(*kind) && messages.all(|message| !message.cfgs.is_empty())
        };
        let unreachable = [Kind::Call, Kind::Cast].iter().any(is_conditional);
        let unreachable = unreachable.then(|| quote!(unreachable_code,));
        let lints = quote!(#deprecated #underscore #unreachable);
        (!lints.is_empty()).then(|| {
            quote!(#[allow(#lints reason = "every message is handed on, with all its arguments")])
        })
    }
}

fn cfgs(actor: &Actor) -> Vec<Attribute> {
    let is_cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    actor.item.attrs.iter().filter(is_cfg).cloned().collect()
}

/// The lints of public items that only the user could satisfy, or not even they.
///
/// Docs are copies of the user's, whose links are checked where they stand.
fn allowed_lints() -> TokenStream {
    quote! {
        #[allow(
            clippy::too_many_arguments,
            dead_code,
            private_bounds,
            private_interfaces,
            unreachable_pub,
            rustdoc::broken_intra_doc_links,
            rustdoc::private_intra_doc_links,
            reason = "written by #[actor], which does not see who can use the type"
        )]
    }
}
