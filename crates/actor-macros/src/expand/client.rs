//! The client trait: the messages as methods of every address.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned;

use super::messages::docs;
use super::time::deadline;
use super::{Output, allowed_lints};
use crate::ast::{Argument, Kind, Message};

impl Output {
    /// The client trait and its impl, if there are messages.
    pub(super) fn client(&self) -> Option<TokenStream> {
        if self.actor.messages.is_empty() {
            return None;
        }
        let Self { cfgs, actor, .. } = self;
        let p = &self.options.runtime;
        let (lints, allowed) = (allowed_lints(), self.allowed_by_the_block());
        let name = &actor.client;
        let visibility = &actor.visibility;
        let self_ty = actor.self_ty();
        let doc = format!(
            " The messages of a [`{}`], for every address of one.",
            actor.name
        );
        let generics = self.generics_outside();
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let methods = actor
            .messages
            .iter()
            .map(|message| self.declaration(message));
        let client_impl = self.client_impl();
        Some(quote! {
            #(#cfgs)*
            #[doc = #doc]
            #lints
            #(#allowed)*
            #visibility trait #name #impl_generics: #p::Address<#self_ty> #where_clause {
                #(#methods)*
            }
            #client_impl
        })
    }

    fn client_impl(&self) -> TokenStream {
        let Self { cfgs, actor, .. } = self;
        let p = &self.options.runtime;
        let name = &actor.client;
        let self_ty = actor.self_ty();
        let (_, ty_generics, _) = actor.generics().split_for_impl();
        let mut generics = self.generics_outside();
        // A type of the user's may be called `A`.
        generics
            .params
            .push(parse_quote!(__A: #p::Address<#self_ty> + ?::core::marker::Sized));
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let methods = actor
            .messages
            .iter()
            .map(|message| self.definition(message));
        let (lints, allowed) = (self.allowed_inside(), self.allowed_by_the_block());
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            #lints
            #(#allowed)*
            impl #impl_generics #name #ty_generics for __A #where_clause {
                #(#methods)*
            }
        }
    }

    fn declaration(&self, message: &Message) -> TokenStream {
        let cfgs = &message.cfgs;
        let name = &message.name;
        let docs = docs(
            message,
            &match message.kind {
                Kind::Call => format!(" Calls `{name}` and waits for its answer."),
                Kind::Cast => format!(" Casts `{name}`, without an answer."),
            },
        );
        let signature = self.signature(message);
        quote!(#docs #(#cfgs)* #signature;)
    }

    fn definition(&self, message: &Message) -> TokenStream {
        let p = &self.options.runtime;
        let Message { variant, cfgs, .. } = message;
        let self_ty = self.actor.self_ty();
        let ty = self.actor.enum_name(message.kind);
        let signature = self.signature(message);
        if !message.is_sound {
            let body = quote!(::core::unreachable!());
            return match message.kind {
                Kind::Call => quote!(#(#cfgs)* #signature { async { #body } }),
                Kind::Cast => quote!(#(#cfgs)* #signature { #body }),
            };
        }
        // A name of our own cannot meet the user's argument names.
        let reply = Ident::new("reply", Span::mixed_site());
        let fields = self.filled(message, &reply);
        let message_made = quote!(#ty::#variant #fields);
        let body = match (message.kind, message.deadline) {
            (Kind::Call, None) => quote! {
                #p::Address::<#self_ty>::call(self, move |#reply| #message_made)
            },
            (Kind::Call, Some(limit)) => {
                let deadline = deadline(p, limit);
                quote! {
                    #p::Address::<#self_ty>::call_by(self, #deadline, move |#reply| #message_made)
                }
            }
            (Kind::Cast, _) => quote!(#p::Address::<#self_ty>::cast(self, #message_made)),
        };
        quote!(#(#cfgs)* #signature { #body })
    }

    fn signature(&self, message: &Message) -> TokenStream {
        let p = &self.options.runtime;
        let Message { name, reply, .. } = message;
        let arguments = message
            .arguments()
            .map(|Argument { name, ty }| quote!(, #name: #ty));
        let output = match message.kind {
            Kind::Call => {
                // What the compiler has to say about the answer, it says at the user's type.
                let place = reply.span().resolved_at(Span::call_site());
                quote_spanned! {place=>
                    impl ::core::future::Future<
                        Output = ::core::result::Result<#reply, #p::CallError>,
                    > + ::core::marker::Send
                }
            }
            Kind::Cast => {
                let self_ty = self.actor.self_ty();
                quote!(<Self as #p::Address<#self_ty>>::Sent<'_>)
            }
        };
        quote!(fn #name(&self #(#arguments)*) -> #output)
    }
}
