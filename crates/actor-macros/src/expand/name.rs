//! The constant with the actor's name.

use proc_macro2::TokenStream;
use quote::quote;

use super::Output;

impl Output {
    /// `NAME`, if there is one.
    pub(super) fn name(&self) -> Option<TokenStream> {
        let name = self.options.name.as_ref()?;
        let Self { cfgs, actor, .. } = self;
        let p = &self.options.runtime;
        let doc = format!(
            " The name that a [`{}`] registers at its start.",
            actor.name
        );
        let self_ty = actor.self_ty();
        let process = actor.behaviour.process(p);
        let (impl_generics, _, where_clause) = actor.generics().split_for_impl();
        Some(quote! {
            #(#cfgs)*
            impl #impl_generics #self_ty #where_clause {
                #[doc = #doc]
                #[allow(
                    dead_code,
                    unreachable_pub,
                    reason = "written by #[actor], which does not see who can use the type"
                )]
                pub const NAME: #p::Name<#process> = {
                    static CACHE: #p::NameCache = #p::NameCache::new();
                    #p::Name::cached(#name, &CACHE)
                };
            }
        })
    }
}
