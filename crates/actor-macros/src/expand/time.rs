//! Durations and deadlines as code.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::Deadline;

/// The shortest constructor that is exact.
pub(super) fn duration(duration: Duration) -> TokenStream {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    let call = match u64::try_from(duration.as_millis()) {
        _ if nanos == 0 => quote!(from_secs(#seconds)),
        Ok(millis) if nanos % 1_000_000 == 0 => quote!(from_millis(#millis)),
        _ => quote!(new(#seconds, #nanos)),
    };
    quote!(::core::time::Duration::#call)
}

pub(super) fn deadline(p: &TokenStream, deadline: Deadline) -> TokenStream {
    match deadline {
        Deadline::After(limit) => {
            let limit = duration(limit);
            quote!(#p::Deadline::After(#limit))
        }
        Deadline::Never => quote!(#p::Deadline::Never),
    }
}
