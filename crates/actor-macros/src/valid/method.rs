//! The checks of one marked method.

use syn::{FnArg, ImplItemFn, Meta, Pat, PatType, Receiver, ReturnType, Signature};

use crate::ast::Kind;
use crate::errors::Errors;
use crate::marks::Mark;
use crate::reserved::RESERVED;
use crate::types::{Misfit, is_context, is_reference_to_self, is_unit, misfit};

/// Checks a marked method. Gives its kind if there can be a message of it.
pub(super) fn check(marks: &[Mark], method: &ImplItemFn, errors: &mut Errors) -> Option<Kind> {
    let mut check = Check {
        errors,
        has_message: true,
    };
    let kind = check.marks(marks)?;
    check.name(&method.sig);
    check.header(&method.sig);
    check.receiver(&method.sig);
    check.parameters(&method.sig);
    check.output(kind, &method.sig);
    check.has_message.then_some(kind)
}

/// The error for a type that a message cannot have.
pub(super) fn misfit_error(misfit: &Misfit, what: &str) -> syn::Error {
    match misfit {
        Misfit::Borrows(place) => syn::Error::new_spanned(
            place,
            format!("{what} must be owned: take the owned type, such as `String` for `&str`"),
        ),
        Misfit::ImplTrait(place) => syn::Error::new_spanned(
            place,
            format!("{what} must have a type with a name: `impl Trait` has none"),
        ),
    }
}

struct Check<'a> {
    errors: &'a mut Errors,
    /// Whether a message can be made of the method in spite of its mistakes.
    has_message: bool,
}

impl Check<'_> {
    fn refuse(&mut self, error: syn::Error) {
        self.errors.add(error);
        self.has_message = false;
    }

    /// Gives the kind of the first mark, which stands if there are more.
    fn marks(&mut self, marks: &[Mark]) -> Option<Kind> {
        let (first, others) = marks.split_first()?;
        for other in others {
            let message = if other.kind == first.kind {
                "the mark is there already: drop one of the two"
            } else {
                "a message is either a `#[call]` (answered) or a `#[cast]` (not): keep one"
            };
            self.errors.on(&other.attribute, message);
        }
        for Mark { kind, attribute } in marks {
            if !matches!(attribute.meta, Meta::Path(_)) {
                let message = format!("`#[{}]` takes no options", kind.mark());
                self.errors.on(&attribute.meta, message);
            }
        }
        Some(first.kind)
    }

    fn name(&mut self, signature: &Signature) {
        let name = &signature.ident;
        if RESERVED.iter().any(|reserved| name == reserved) {
            let message = format!(
                "`{name}` is a method of every address or server: give the message another name"
            );
            self.refuse(syn::Error::new(name.span(), message));
        }
    }

    fn header(&mut self, signature: &Signature) {
        if !signature.generics.params.is_empty() {
            self.refuse(syn::Error::new_spanned(
                &signature.generics,
                "a message has one type: put the parameters on the server, or write the type out",
            ));
        }
        if let Some(unsafety) = &signature.unsafety {
            self.refuse(syn::Error::new_spanned(
                unsafety,
                "the server cannot keep the promise of an `unsafe` method: make it safe",
            ));
        }
    }

    fn receiver(&mut self, signature: &Signature) {
        const MESSAGE: &str = "a message is handled by a server: take `&self` or `&mut self`";
        match signature.receiver() {
            Some(receiver) if is_borrowed(receiver) => {}
            Some(receiver) => self.refuse(syn::Error::new_spanned(receiver, MESSAGE)),
            None => self.refuse(syn::Error::new(signature.ident.span(), MESSAGE)),
        }
    }

    fn parameters(&mut self, signature: &Signature) {
        let mut has_context = false;
        for input in &signature.inputs {
            let FnArg::Typed(parameter) = input else {
                continue;
            };
            if !is_context(&parameter.ty) {
                self.argument(parameter);
            } else if has_context {
                let message = "one `&mut Context<Self>` is enough: there is only one to give";
                self.refuse(syn::Error::new_spanned(parameter, message));
            } else {
                has_context = true;
            }
        }
    }

    fn argument(&mut self, parameter: &PatType) {
        if !is_name(&parameter.pat) {
            self.refuse(syn::Error::new_spanned(
                &parameter.pat,
                "an argument is a field of the message: give it a name, and take it apart inside",
            ));
        }
        if let Some(misfit) = misfit(&parameter.ty) {
            self.refuse(misfit_error(&misfit, "the arguments of a message"));
        }
    }

    fn output(&mut self, kind: Kind, signature: &Signature) {
        let ReturnType::Type(_, ty) = &signature.output else {
            return;
        };
        if kind == Kind::Call {
            if let Some(misfit) = misfit(ty) {
                self.refuse(misfit_error(&misfit, "the answer to a call"));
            }
        } else if !is_unit(ty) {
            // The method is still a message: its value is dropped.
            let message = "a cast is not answered: return nothing, or make it a `#[call]`";
            self.errors.on(ty, message);
        }
    }
}

fn is_borrowed(receiver: &Receiver) -> bool {
    match receiver.colon_token {
        Some(_) => is_reference_to_self(&receiver.ty),
        None => receiver.reference.is_some(),
    }
}

fn is_name(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none())
}
