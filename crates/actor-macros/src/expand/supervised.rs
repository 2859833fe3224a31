//! The way in which a supervisor starts the actor, from which `child_spec` comes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Output;
use super::time::duration;
use crate::attr::{Restart, Shutdown};

impl Output {
    /// The impl of `Supervised`.
    pub(super) fn supervised(&self) -> TokenStream {
        let Self { cfgs, actor, .. } = self;
        let p = &self.options.runtime;
        let self_ty = actor.self_ty();
        let (impl_generics, _, where_clause) = actor.generics().split_for_impl();
        let behaviour = actor.behaviour.path(p);
        let process = actor.behaviour.process(p);
        let start = actor.behaviour.start(p);
        let configure = self.configure();
        let child_spec = &actor.child_spec;
        // The mark silences lints, which the user's own function should keep.
        let (derived, lints) = match child_spec {
            None => (Some(quote!(#[automatically_derived])), Vec::new()),
            Some(_) => (None, self.lints()),
        };
        quote! {
            #(#cfgs)*
            #derived
            #(#lints)*
            impl #impl_generics #p::Supervised for #self_ty #where_clause {
                type Args = <Self as #behaviour>::Args;
                type Handle = #p::ActorRef<#process>;

                fn start_supervised(
                    args: <Self as #p::Supervised>::Args,
                ) -> impl ::core::future::Future<
                    Output = ::core::result::Result<Self::Handle, #p::StartError>,
                > + ::core::marker::Send {
                    <Self as #start>::start_link(args)
                }

                #configure
                #child_spec
            }
        }
    }

    /// The words of the attribute as calls of the ordinary builder.
    fn configure(&self) -> Option<TokenStream> {
        let p = &self.options.runtime;
        let child_type = self.actor.behaviour.child_type.map(|child_type| {
            let child_type = Ident::new(child_type, Span::call_site());
            quote!(.child_type(#p::ChildType::#child_type))
        });
        let restart = self.options.restart.map(|restart| {
            let word = restart_word(restart);
            quote!(.restart(#p::Restart::#word))
        });
        let shutdown = self.options.shutdown.map(|shutdown| {
            let word = shutdown_word(shutdown);
            quote!(.shutdown(#p::Shutdown::#word))
        });
        let id = self.options.id.as_ref().map(|id| quote!(.id(#id)));
        let significant = self.options.significant.map(|_| quote!(.significant(true)));
        let words = [child_type, id, restart, shutdown, significant];
        let words: Vec<_> = words.into_iter().flatten().collect();
        (!words.is_empty()).then(|| {
            quote! {
                fn configure(spec: #p::ChildSpec<Self::Handle>) -> #p::ChildSpec<Self::Handle> {
                    spec #(#words)*
                }
            }
        })
    }
}

fn restart_word(restart: Restart) -> TokenStream {
    match restart {
        Restart::Permanent => quote!(Permanent),
        Restart::Transient => quote!(Transient),
        Restart::Temporary => quote!(Temporary),
    }
}

fn shutdown_word(shutdown: Shutdown) -> TokenStream {
    match shutdown {
        Shutdown::BrutalKill => quote!(BrutalKill),
        Shutdown::After(limit) => {
            let limit = duration(limit);
            quote!(After(#limit))
        }
        Shutdown::Infinity => quote!(Infinity),
    }
}
