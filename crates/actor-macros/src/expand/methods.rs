//! The marked methods, as ordinary methods of the type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ImplItemFn;

use super::Output;

impl Output {
    /// An inherent impl with the methods as they were written.
    pub(super) fn methods(&self) -> Option<TokenStream> {
        let methods = &self.actor.methods;
        if methods.is_empty() {
            return None;
        }
        let methods = methods.iter().map(|method| {
            let hint = inline_hint(method);
            quote!(#hint #method)
        });
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

/// The dispatch runs a method, mostly alone, so it may as well be part of it: a message then takes fewer
/// instructions, and a panic unwinds through one frame less. What a `cfg_attr` says is not known here.
fn inline_hint(method: &ImplItemFn) -> Option<TokenStream> {
    let is_said = method
        .attrs
        .iter()
        .any(|it| it.path().is_ident("inline") || it.path().is_ident("cfg_attr"));
    (!is_said).then(|| quote!(#[inline]))
}
