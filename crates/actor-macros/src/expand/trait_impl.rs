//! The user's trait impl, completed.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ImplItem, Type};

use super::Output;
use super::fields::taken;
use crate::ast::{Kind, Message, Parameter};
use crate::attr::{Bound, Overflow};
use crate::types::said_by;

impl Output {
    /// The user's block with the types and functions that were left out.
    pub(super) fn trait_impl(&self) -> TokenStream {
        let mut item = self.actor.item.clone();
        let types = self.missing_types().map(ImplItem::Verbatim);
        // Types come first, as one would write them.
        item.items.splice(0..0, types);
        let dispatch = [Kind::Call, Kind::Cast].map(|kind| self.dispatch(kind));
        let functions = dispatch
            .into_iter()
            .flatten()
            .chain(self.message_name())
            .chain(self.defaults());
        item.items.extend(functions.map(ImplItem::Verbatim));
        item.into_token_stream()
    }

    fn missing_types(&self) -> impl Iterator<Item = TokenStream> {
        let args = self.actor.args.iter().map(|ty| quote!(type Args = #ty;));
        let others = self.actor.behaviour.unused_types;
        args.chain(others.iter().filter_map(|name| self.missing_type(name)))
    }

    fn missing_type(&self, name: &str) -> Option<TokenStream> {
        let is_written = |item: &ImplItem| matches!(item, ImplItem::Type(ty) if ty.ident == name);
        if self.actor.item.items.iter().any(is_written) {
            return None;
        }
        let said = || self.type_said_by_callback(name);
        let ident = Ident::new(name, Span::call_site());
        let ty = match Kind::of_item(&ident) {
            Some(kind) if self.actor.has(kind) => self.enum_type(kind),
            _ => said().map_or_else(
                || quote!(::core::convert::Infallible),
                ToTokens::into_token_stream,
            ),
        };
        Some(quote!(type #ident = #ty;))
    }

    /// The type of the messages that the callback takes, if it says one.
    fn type_said_by_callback(&self, name: &str) -> Option<Type> {
        let callback = format!("handle_{}", name.to_lowercase());
        let mut items = self.actor.item.items.iter();
        items.find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == callback => {
                let is_conditional = function.attrs.iter().any(|a| a.path().is_ident("cfg"));
                said_by(&function.sig, name).filter(|_| !is_conditional)
            }
            _ => None,
        })
    }

    /// The callback that takes a message apart and runs its method. If none of them waits it runs at
    /// once, so that no message lies in a future.
    fn dispatch(&self, kind: Kind) -> Option<TokenStream> {
        if !self.actor.has(kind) {
            return None;
        }
        let p = &self.options.runtime;
        let callback = format_ident!("{}", kind.callback());
        // Names of our own cannot meet the user's argument names.
        let message = Ident::new(kind.mark(), Span::mixed_site());
        let context = self.context_name(kind);
        let ty = self.enum_type(kind);
        let arms = self.actor.messages(kind).map(|message| self.arm(message));
        let unused = self.unused_arm(kind);
        let body = quote!(match #message { #(#arms)* #unused });
        let [output, body] = self.dispatch_form(kind, &body);
        let lints = self.allowed_inside();
        Some(quote! {
            #lints
            fn #callback(
                &mut self,
                #message: #ty,
                #context: &mut #p::Context<Self>,
            ) -> #output {
                #body
            }
        })
    }

    /// What the callback returns, and what wraps its match: a block, in whose place the message is taken
    /// apart where the argument of an `async fn` would be moved once more.
    fn dispatch_form(&self, kind: Kind, body: &TokenStream) -> [TokenStream; 2] {
        let p = &self.options.runtime;
        let future = quote! {
            impl ::core::future::Future<Output = #p::NextResult<Self>> + ::core::marker::Send
        };
        let waits = self.actor.messages(kind).any(|message| message.is_async);
        let body = match waits {
            true => quote!(async move { #body }),
            false => quote!(::core::future::ready(#body)),
        };
        [future, body]
    }

    fn context_name(&self, kind: Kind) -> Ident {
        let wants_it = |parameter: &Parameter| matches!(parameter, Parameter::Context);
        let mut messages = self.actor.messages(kind);
        let is_used = messages.any(|message| message.parameters.iter().any(wants_it));
        Ident::new(if is_used { "cx" } else { "_cx" }, Span::mixed_site())
    }

    fn arm(&self, message: &Message) -> TokenStream {
        let p = &self.options.runtime;
        let Message {
            cfgs,
            variant,
            method,
            ..
        } = message;
        let ty = self.actor.enum_name(message.kind);
        let context = self.context_name(message.kind);
        // A name of our own cannot meet the user's argument names.
        let reply = Ident::new("reply", Span::mixed_site());
        let (fields, unpacked) = taken(message, &reply);
        let parameters = message.parameters.iter().map(|parameter| match parameter {
            Parameter::Context => &context,
            Parameter::ReplyTo => &reply,
            Parameter::Argument(argument) => &argument.name,
        });
        // What the compiler has to say about running the method, it says at its name.
        let place = method.span().resolved_at(Span::call_site());
        let wait = message.is_async.then(|| quote_spanned!(place=> .await));
        let run = quote_spanned!(place=> Self::#method(self #(, #parameters)*) #wait);
        // What it has to say about what the method returns, it says there.
        let place = message.returns;
        let returned = Ident::new("returned", place);
        let outcome = if message.kind == Kind::Call && !message.is_delayed() {
            let ty = &message.reply;
            quote_spanned!(place=> #p::Answer::<Self, #ty>::answer(#returned, #reply))
        } else {
            quote_spanned!(place=> #p::Steer::<Self>::steer(#returned))
        };
        quote! {
            #(#cfgs)*
            #ty::#variant #fields => {
                #unpacked
                let #returned = #run;
                #outcome
            }
        }
    }

    /// The texts by which reports tell the messages.
    fn message_name(&self) -> Option<TokenStream> {
        let kinds = [Kind::Call, Kind::Cast];
        if !kinds.iter().any(|kind| self.actor.has(*kind)) {
            return None;
        }
        let p = &self.options.runtime;
        let message = Ident::new("message", Span::mixed_site());
        let arms = kinds.map(|kind| self.names_of(kind, &message));
        let lints = self.allowed_inside();
        Some(quote! {
            #lints
            fn message_name(#message: #p::Incoming<'_, Self>) -> &'static str {
                match #message {
                    #(#arms)*
                    #p::Incoming::Info(_) => "info",
                }
            }
        })
    }

    fn names_of(&self, kind: Kind, message: &Ident) -> TokenStream {
        let p = &self.options.runtime;
        let incoming = format_ident!("{}", kind.type_name());
        if !self.actor.has(kind) {
            let text = kind.mark();
            return quote!(#p::Incoming::#incoming(_) => #text,);
        }
        let ty = self.actor.enum_name(kind);
        let arms = self.actor.messages(kind).map(|message| {
            let Message { variant, cfgs, .. } = message;
            let text = format!("{ty}::{variant}");
            quote!(#(#cfgs)* #ty::#variant { .. } => #text,)
        });
        let unused = self.unused_arm(kind);
        quote! {
            #p::Incoming::#incoming(#message) => match *#message {
                #(#arms)*
                #unused
            },
        }
    }

    /// The words about the start as calls of the ordinary builder.
    fn defaults(&self) -> Option<TokenStream> {
        let p = &self.options.runtime;
        let name = self
            .options
            .name
            .as_ref()
            .map(|_| quote!(.name(Self::NAME)));
        let mailbox = self
            .options
            .mailbox
            .as_ref()
            .map(|Bound { capacity, .. }| quote!(.mailbox(#capacity)));
        let overflow = self.options.overflow.map(|(overflow, _)| {
            let word = overflow_word(overflow);
            quote!(.overflow(#p::Overflow::#word))
        });
        let words: Vec<_> = [name, mailbox, overflow].into_iter().flatten().collect();
        let process = self.actor.behaviour.process(p);
        (!words.is_empty()).then(|| {
            quote! {
                fn defaults() -> #p::Defaults<#process> {
                    #p::Defaults::new() #(#words)*
                }
            }
        })
    }
}

fn overflow_word(overflow: Overflow) -> TokenStream {
    match overflow {
        Overflow::Wait => quote!(Wait),
        Overflow::Fail => quote!(Fail),
        Overflow::DropNewest => quote!(DropNewest),
        Overflow::DropOldest => quote!(DropOldest),
    }
}
