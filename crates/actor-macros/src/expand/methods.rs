//! The marked methods, as ordinary methods of the type.

use proc_macro2::TokenStream;
use quote::quote;

use super::Output;

impl Output {
    /// An inherent impl with the methods as they were written.
    pub(super) fn methods(&self) -> Option<TokenStream> {
        let methods = &self.actor.methods;
        if methods.is_empty() {
            return None;
        }
        let (cfgs, lints) = (&self.cfgs, self.lints());
        let self_ty = self.actor.self_ty();
        let (impl_generics, _, where_clause) = self.actor.generics().split_for_impl();
        Some(quote! {
            #(#cfgs)*
            #(#lints)*
            #[allow(
                clippy::must_use_candidate,
                clippy::needless_pass_by_value,
                clippy::unused_self,
                reason = "a message owns its arguments, and is handled by a server"
            )]
            impl #impl_generics #self_ty #where_clause {
                #(#methods)*
            }
        })
    }
}
