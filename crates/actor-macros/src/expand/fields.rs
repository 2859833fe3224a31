//! How the arguments of a message travel in it: as fields of their own, or in one box.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Output;
use crate::ast::{Argument, Kind, Message};

/// The way of the arguments.
enum Carriage {
    /// Each is a field.
    Fields,
    /// The only one is a field, in a box.
    BoxedField,
    /// All of them are in one box.
    BoxedTuple,
}

impl Output {
    /// The fields as an enum declares them.
    pub(super) fn declared(&self, message: &Message) -> Option<TokenStream> {
        let p = &self.options.runtime;
        let (names, types) = names_and_types(message);
        let docs = names.iter().map(|name| format!(" The argument `{name}`."));
        let fields = match carriage(message) {
            Carriage::Fields => quote!(#(#[doc = #docs] #names: #types,)*),
            Carriage::BoxedField => quote!(#(#[doc = #docs] #names: #p::Box<#types>,)*),
            Carriage::BoxedTuple => {
                let text: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                let doc = format!(" The arguments: {}.", text.join(", "));
                quote!(#[doc = #doc] arguments: #p::Box<(#(#types),*)>,)
            }
        };
        let reply = (message.kind == Kind::Call).then(|| {
            let (field, ty) = (message.reply_field(), &message.reply);
            quote!(#[doc = " Where the answer goes."] #field: #p::ReplyTo<#ty>,)
        });
        braced(&quote!(#fields #reply))
    }

    /// The fields as a client fills them; `reply` holds the way back.
    pub(super) fn filled(&self, message: &Message, reply: &Ident) -> Option<TokenStream> {
        let p = &self.options.runtime;
        let (names, _) = names_and_types(message);
        let fields = match carriage(message) {
            Carriage::Fields => quote!(#(#names,)*),
            Carriage::BoxedField => quote!(#(#names: #p::Box::new(#names),)*),
            Carriage::BoxedTuple => quote!(arguments: #p::Box::new((#(#names),*)),),
        };
        let reply = bound_reply(message, reply);
        braced(&quote!(#fields #reply))
    }
}

/// The fields as a server takes them, and what is still to be unpacked before the arguments have
/// their names.
pub(super) fn taken(
    message: &Message,
    reply: &Ident,
) -> (Option<TokenStream>, Option<TokenStream>) {
    let (names, _) = names_and_types(message);
    let reply = bound_reply(message, reply);
    // A name of our own cannot meet the user's argument names.
    let boxed = Ident::new("arguments", Span::mixed_site());
    let (fields, unpacked) = match carriage(message) {
        Carriage::Fields => (quote!(#(#names,)*), None),
        Carriage::BoxedField => (quote!(#(#names,)*), Some(quote!(#(let #names = *#names;)*))),
        Carriage::BoxedTuple => (
            quote!(arguments: #boxed,),
            Some(quote!(let (#(#names),*) = *#boxed;)),
        ),
    };
    (braced(&quote!(#fields #reply)), unpacked)
}

fn carriage(message: &Message) -> Carriage {
    match message.arguments().count() {
        _ if !message.boxed => Carriage::Fields,
        1 => Carriage::BoxedField,
        _ => Carriage::BoxedTuple,
    }
}

fn names_and_types(message: &Message) -> (Vec<&Ident>, Vec<&syn::Type>) {
    message
        .arguments()
        .map(|Argument { name, ty }| (name, &**ty))
        .unzip()
}

fn bound_reply(message: &Message, reply: &Ident) -> Option<TokenStream> {
    let field = message.reply_field();
    (message.kind == Kind::Call).then(|| quote!(#field: #reply,))
}

fn braced(fields: &TokenStream) -> Option<TokenStream> {
    (!fields.is_empty()).then(|| quote!({ #fields }))
}
