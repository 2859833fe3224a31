//! The enums of messages.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Generics;
use syn::visit_mut::VisitMut;

use super::{Output, allowed_lints};
use crate::ast::{Kind, Message};
use crate::rewrite::NameSelf;

impl Output {
    /// The enum of one kind of message, if there are any.
    pub(super) fn enum_of(&self, kind: Kind) -> Option<TokenStream> {
        if !self.actor.has(kind) {
            return None;
        }
        let Self { cfgs, actor, .. } = self;
        let (lints, allowed) = (allowed_lints(), self.allowed_by_the_block());
        let name = actor.enum_name(kind);
        let visibility = &actor.visibility;
        let doc = match kind {
            Kind::Call => format!(" The calls that a [`{}`] answers.", actor.name),
            Kind::Cast => format!(" The casts that a [`{}`] takes.", actor.name),
        };
        let generics = self.generics_outside();
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let variants = actor.messages(kind).map(|message| self.variant(message));
        let unused = self.unused_variant();
        let debug = self.debug(kind, &generics);
        Some(quote! {
            #(#cfgs)*
            #[doc = #doc]
            #lints
            #(#allowed)*
            #visibility enum #name #impl_generics #where_clause {
                #(#variants,)*
                #unused
            }
            #debug
        })
    }

    /// The enum with its parameters.
    pub(super) fn enum_type(&self, kind: Kind) -> TokenStream {
        let name = self.actor.enum_name(kind);
        let (_, ty_generics, _) = self.actor.generics().split_for_impl();
        quote!(#name #ty_generics)
    }

    /// The generics of the block as they read outside of it.
    pub(super) fn generics_outside(&self) -> Generics {
        let mut generics = self.actor.generics().clone();
        let mut name_self = NameSelf {
            self_ty: self.actor.self_ty(),
            trait_path: &self.actor.trait_path,
        };
        name_self.visit_generics_mut(&mut generics);
        generics
    }

    fn variant(&self, message: &Message) -> TokenStream {
        let Message { variant, cfgs, .. } = message;
        let docs = docs(message, &format!(" The message of `{}`.", message.name));
        let fields = self.declared(message);
        quote!(#docs #(#cfgs)* #variant #fields)
    }

    fn type_params(&self) -> impl Iterator<Item = &Ident> {
        self.actor
            .generics()
            .type_params()
            .map(|param| &param.ident)
    }

    /// A variant that nobody can make, so that a parameter which no message uses is no error.
    fn unused_variant(&self) -> Option<TokenStream> {
        self.type_params().next()?;
        let params = self.type_params();
        Some(quote! {
            #[doc(hidden)]
            __Unused(
                ::core::convert::Infallible,
                ::core::marker::PhantomData<fn() -> (#(*const #params,)*)>,
            ),
        })
    }

    /// The arm of a match on the enum for that variant.
    pub(super) fn unused_arm(&self, kind: Kind) -> Option<TokenStream> {
        self.type_params().next()?;
        let name = self.actor.enum_name(kind);
        Some(quote!(#name::__Unused(never, _) => match never {},))
    }

    /// Prints the variant alone: the arguments may have no `Debug`.
    fn debug(&self, kind: Kind, generics: &Generics) -> TokenStream {
        let cfgs = &self.cfgs;
        let name = self.actor.enum_name(kind);
        let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
        let arms = self.actor.messages(kind).map(|message| {
            let Message { variant, cfgs, .. } = message;
            let text = variant.to_string();
            quote!(#(#cfgs)* #name::#variant { .. } => #text,)
        });
        let unused = self.unused_arm(kind);
        let lints = self.allowed_inside();
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            #lints
            impl #impl_generics ::core::fmt::Debug for #name #ty_generics #where_clause {
                fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    formatter.write_str(match *self {
                        #(#arms)*
                        #unused
                    })
                }
            }
        }
    }
}

/// The docs of the method, or others in their place, and its deprecation.
pub(super) fn docs(message: &Message, otherwise: &str) -> TokenStream {
    let Message {
        docs, deprecated, ..
    } = message;
    if docs.is_empty() {
        quote!(#[doc = #otherwise] #deprecated)
    } else {
        quote!(#(#docs)* #deprecated)
    }
}
