//! The checks of the marked methods among each other, and what they have in common.

use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, ImplItemFn, Visibility, parse_quote};

use super::Check;
use super::method::{self, Checked};
use crate::ast::Message;
use crate::input::Marked;
use crate::message;
use crate::rewrite::NameSelf;

impl Check<'_> {
    /// Gives the methods of the inherent impl, and the messages they stand for.
    pub(super) fn marked_methods(&mut self) -> (Vec<ImplItemFn>, Vec<Message>) {
        let mut methods = std::mem::take(&mut self.block.strays);
        let mut messages: Vec<Message> = Vec::new();
        for marked in std::mem::take(&mut self.block.marked) {
            let Marked { method, .. } = &marked;
            if let Some(error) = second_of_its_name(method, &methods) {
                self.errors.add(error);
                continue;
            }
            if let Some(message) = self.message(&marked) {
                match second_of_its_variant(&message, &messages) {
                    Some(error) => self.errors.add(error),
                    None => messages.push(message),
                }
            }
            methods.push(marked.method);
        }
        (methods, messages)
    }

    /// The message of a marked method, if it can be one.
    fn message(&mut self, marked: &Marked) -> Option<Message> {
        let Marked { marks, method } = marked;
        if !self.block.behaviour.has_messages {
            let message = "a supervisor's calls are the library's: \
                           put this method on a server, or on a plain `impl` block";
            self.errors.on(&marks.first()?.attribute, message);
            return None;
        }
        let checked = method::check(marks, method, self.errors);
        let name_self = NameSelf {
            self_ty: &self.block.item.self_ty,
            trait_path: &self.block.trait_path,
        };
        match checked {
            Checked::Message(options) => Some(message::read(options, method, name_self)),
            Checked::StandIn(options) => Some(message::stand_in(options, method, name_self)),
            Checked::Nothing => None,
        }
    }

    /// Gives the name of the client trait.
    pub(super) fn client(&mut self, messages: &[Message]) -> Ident {
        let client = self.options.client.take();
        if let Some(client) = &client
            && messages.is_empty()
        {
            let message =
                "there is no client without `#[call]` and `#[cast]` methods: drop `client`";
            self.errors.at(client.span(), message);
        }
        client.unwrap_or_else(|| format_ident!("{}Client", self.block.name.unraw()))
    }
}

/// The error of a second method of one name. Those under a `cfg` may stand in for each other.
fn second_of_its_name(method: &ImplItemFn, others: &[ImplItemFn]) -> Option<syn::Error> {
    let name = &method.sig.ident;
    let mut others = others.iter().filter(|other| other.sig.ident == *name);
    let is_second =
        !is_conditional(&method.attrs) && others.any(|other| !is_conditional(&other.attrs));
    is_second.then(|| {
        let message =
            format!("there is a message `{name}` already: give this one a name of its own");
        syn::Error::new(name.span(), message)
    })
}

/// The error of a second message with one variant. Those under a `cfg` may stand in for each other.
fn second_of_its_variant(message: &Message, others: &[Message]) -> Option<syn::Error> {
    let Message { name, variant, .. } = message;
    let mut others = others
        .iter()
        .filter(|other| other.cfgs.is_empty() && other.variant == *variant);
    let other = &others.next().filter(|_| message.cfgs.is_empty())?.name;
    let message = if other == name {
        format!("there is a message `{name}` already: give this one a name of its own")
    } else {
        format!("`{name}` and `{other}` give the same variant: rename one of them")
    };
    Some(syn::Error::new(name.span(), message))
}

/// The widest of what the methods say; one that says nothing counts as `pub`.
pub(super) fn visibility(messages: &[Message]) -> Visibility {
    let widest = messages.iter().map(|message| &message.visibility);
    match widest.max_by_key(|visibility| width(visibility)) {
        None | Some(Visibility::Inherited) => parse_quote!(pub),
        Some(Visibility::Restricted(to)) if to.path.is_ident("self") => Visibility::Inherited,
        Some(visibility) => visibility.clone(),
    }
}

fn width(visibility: &Visibility) -> u8 {
    match visibility {
        Visibility::Public(_) | Visibility::Inherited => 3,
        Visibility::Restricted(to) if to.path.is_ident("crate") => 2,
        Visibility::Restricted(to) if to.path.is_ident("self") => 0,
        Visibility::Restricted(_) => 1,
    }
}

fn is_conditional(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg"))
}
