//! What is written in the place of something wrong, so that one mistake does not raise ten.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ImplItem, ItemImpl};

use crate::marks::take_marks;

/// A block that is none of ours: what is marked moves to an inherent impl, the rest stays.
pub(crate) fn plain(mut item: ItemImpl) -> TokenStream {
    let mut methods = Vec::new();
    let mut rest = Vec::new();
    for item in std::mem::take(&mut item.items) {
        match item {
            ImplItem::Fn(mut method) => {
                let marks = take_marks(&mut method);
                if marks.is_empty() {
                    rest.push(ImplItem::Fn(method));
                } else {
                    methods.push(method);
                }
            }
            item => rest.push(item),
        }
    }
    item.items = rest;
    if methods.is_empty() {
        return item.into_token_stream();
    }
    let self_ty = &item.self_ty;
    let (impl_generics, _, where_clause) = item.generics.split_for_impl();
    quote! {
        #item
        impl #impl_generics #self_ty #where_clause { #(#methods)* }
    }
}
