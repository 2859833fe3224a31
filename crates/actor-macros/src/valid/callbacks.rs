//! The checks of how callbacks are written: which of them wait, and what `init` takes.

use syn::{FnArg, ImplItem, ImplItemFn, ReturnType, Signature, Token, Type, parse_quote};

use super::{Check, item_name, method};
use crate::types::{ends_with_any, is_context, misfit};

/// What callbacks that wait return; written by a function that is not `async`, it is no future.
const ANSWERS: [&str; 3] = ["InitResult", "NextResult", "Result"];

/// What an `init` returns.
const OF_INIT: [&str; 3] = ["InitResult", "Result", "SupervisorSpec"];

impl Check<'_> {
    /// A server's callbacks are `async`, unless they return a future of their own.
    pub(super) fn callbacks_wait_or_do_not(&mut self) {
        let Self { block, errors, .. } = self;
        for item in &mut block.item.items {
            let ImplItem::Fn(ImplItemFn { sig, .. }) = item else {
                continue;
            };
            let waits = block.behaviour.waiting.iter().any(|name| sig.ident == name);
            if !waits || sig.asyncness.is_some() || !is_answer(&sig.output) {
                continue;
            }
            let name = &sig.ident;
            errors.at(
                name.span(),
                format!("`{name}` must be `async`: write `async fn {name}(..)`"),
            );
            sig.asyncness = Some(Token![async](name.span()));
        }
    }

    /// Gives the type of `Args`, unless the user wrote one.
    pub(super) fn init_says_args(&mut self) -> Option<Type> {
        let has_args = self.item_named("Args").is_some();
        let Some(init) = self.item_named("init") else {
            let path = &self.block.trait_path;
            let message = format!("`init` is missing: write `{}`", self.block.behaviour.init);
            self.errors.on(path, message);
            return self.mend_init(has_args);
        };
        let ImplItem::Fn(ImplItemFn { sig, .. }) = init else {
            return self.mend_init(has_args);
        };
        let form = self.block.behaviour.init;
        let args = if has_args {
            Ok(None)
        } else {
            args_of(sig).map(Some)
        };
        match args.and_then(|args| in_form(sig, form).map(|()| args)) {
            Ok(args) => args,
            Err(error) => {
                self.errors.add(error);
                self.mend_init(has_args)
            }
        }
    }

    /// Puts an `init` that type-checks in the place of one that does not.
    fn mend_init(&mut self, has_args: bool) -> Option<Type> {
        let items = &mut self.block.item.items;
        items.retain(|item| item_name(item).is_none_or(|name| name != "init"));
        items.push(self.block.behaviour.fallback_init(&self.options.runtime));
        (!has_args).then(|| parse_quote!(()))
    }
}

/// Whether this is what a callback answers with, and no future of it.
fn is_answer(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => ends_with_any(ty, &ANSWERS),
    }
}

/// Says what is wrong with `init` beside the type of its arguments, if it returns what an `init` does:
/// else it is something else that is called so.
fn in_form(init: &Signature, form: &str) -> syn::Result<()> {
    if !matches!(&init.output, ReturnType::Type(_, ty) if ends_with_any(ty, &OF_INIT)) {
        return Ok(());
    }
    let is_async = form.starts_with("async");
    if init.asyncness.is_some() && !is_async {
        let message = format!(
            "this `init` only says what to start, and does not wait: write `{form}`; what must wait \
             belongs into the `init` of a server"
        );
        return Err(syn::Error::new_spanned(init.asyncness, message));
    }
    if init.inputs.len() != if is_async { 2 } else { 1 } {
        let message = format!("`init` takes other parameters: write `{form}`");
        return Err(syn::Error::new_spanned(&init.inputs, message));
    }
    Ok(())
}

/// The type of the first parameter of `init`.
fn args_of(init: &Signature) -> syn::Result<Type> {
    match init.inputs.first() {
        Some(FnArg::Typed(args)) if !is_context(&args.ty) => match misfit(&args.ty) {
            None => Ok(Type::clone(&args.ty)),
            Some(misfit) => Err(method::misfit_error(&misfit, "the arguments of a start")),
        },
        _ => Err(syn::Error::new(
            init.ident.span(),
            "`init` takes the arguments of the start first: write `(): ()` if there are none",
        )),
    }
}
