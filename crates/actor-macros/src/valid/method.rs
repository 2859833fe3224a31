//! The checks of one marked method.

use syn::{Attribute, FnArg, Ident, ImplItemFn, Pat, PatType, Receiver, Signature};

use crate::ast::Kind;
use crate::errors::Errors;
use crate::marks::{Mark, MarkOptions};
use crate::message::{self, Role, role};
use crate::reserved::{OF_ADDRESSES, OF_SERVERS};
use crate::types::{Misfit, is_next, is_reference_to_self, misfit};

/// What becomes of a marked method.
pub(super) enum Checked {
    /// A message.
    Message(MarkOptions),
    /// Something in its place, as it is wrong.
    StandIn(MarkOptions),
    /// Nothing, as its name or the type of its answer is wrong.
    Nothing,
}

/// Checks a marked method.
pub(super) fn check(marks: &[Mark], method: &ImplItemFn, errors: &mut Errors) -> Checked {
    let mut check = Check {
        errors,
        is_right: true,
        has_client: true,
    };
    let Some(options) = check.marks(marks) else {
        return Checked::Nothing;
    };
    let kind = options.kind;
    check.name(&method.sig.ident, &options);
    check.header(&method.sig);
    check.receiver(&method.sig);
    check.parameters(kind, &method.sig);
    check.answer(kind, &method.sig);
    check.box_is_filled(kind, &method.sig, &options);
    match check {
        Check { is_right: true, .. } => Checked::Message(options),
        Check {
            has_client: true, ..
        } => Checked::StandIn(options),
        Check { .. } => Checked::Nothing,
    }
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
    is_right: bool,
    /// Whether at least a method of the client can be.
    has_client: bool,
}

impl Check<'_> {
    fn refuse(&mut self, error: syn::Error) {
        self.errors.add(error);
        self.is_right = false;
    }

    /// Gives the words of the first mark, which stands if there are more.
    fn marks(&mut self, marks: &[Mark]) -> Option<MarkOptions> {
        let (first, others) = marks.split_first()?;
        for other in others {
            let message = if other.kind == first.kind {
                "the mark is there already: drop one of the two"
            } else {
                "a message is either a `#[call]` (answered) or a `#[cast]` (not): keep one"
            };
            self.errors.on(&other.attribute, message);
        }
        Some(first.options(self.errors))
    }

    /// The server's method is no function of servers; the client's is no method of addresses.
    fn name(&mut self, method: &Ident, options: &MarkOptions) {
        if OF_SERVERS.iter().any(|reserved| method == reserved) {
            let message = format!("`{method}` is a function of every server: rename the method");
            self.has_client = false;
            return self.refuse(syn::Error::new(method.span(), message));
        }
        let name = options.name.as_ref().unwrap_or(method);
        if OF_ADDRESSES.iter().any(|reserved| name == reserved) {
            let message = format!(
                "`{name}` is a method of every address: give the message another name, \
                 as `#[call(as = \"..\")]` does"
            );
            self.has_client = false;
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

    fn parameters(&mut self, kind: Kind, signature: &Signature) {
        let mut seen = Vec::new();
        for input in &signature.inputs {
            let FnArg::Typed(parameter) = input else {
                continue;
            };
            let role = role(kind, &parameter.ty);
            match role {
                Role::Argument => self.argument(parameter),
                _ if !seen.contains(&role) => seen.push(role),
                Role::Context => {
                    let message = "one `&mut Context<Self>` is enough: there is only one to give";
                    self.refuse(syn::Error::new_spanned(parameter, message));
                }
                Role::ReplyTo => {
                    let message = "one `ReplyTo` is enough: a call has one answer";
                    self.refuse(syn::Error::new_spanned(parameter, message));
                }
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
        let is_cfg = |attribute: &&Attribute| {
            ["cfg", "cfg_attr"]
                .iter()
                .any(|name| attribute.path().is_ident(name))
        };
        if let Some(attribute) = parameter.attrs.iter().find(is_cfg) {
            self.refuse(syn::Error::new_spanned(
                attribute,
                "a message has all its arguments: put the condition on the method, and write two",
            ));
        }
        if let Some(misfit) = misfit(&parameter.ty) {
            self.refuse(misfit_error(&misfit, "the arguments of a message"));
        }
    }

    fn answer(&mut self, kind: Kind, signature: &Signature) {
        if kind != Kind::Call {
            return;
        }
        let answer = message::answer(signature);
        let error = if is_next(&answer) {
            let message = "a call is answered with what it returns: return the answer, or a \
                           `Reply<T>` to say too how to go on; `Next` is for a `#[call]` with a \
                           `ReplyTo<T>`, and for a `#[cast]`";
            syn::Error::new_spanned(&answer, message)
        } else if let Some(misfit) = misfit(&answer) {
            misfit_error(&misfit, "the answer to a call")
        } else {
            return;
        };
        self.has_client = false;
        self.refuse(error);
    }

    fn box_is_filled(&mut self, kind: Kind, signature: &Signature, options: &MarkOptions) {
        let Some(place) = options.boxed else { return };
        let is_argument = |input: &FnArg| match input {
            FnArg::Receiver(_) => false,
            FnArg::Typed(parameter) => role(kind, &parameter.ty) == Role::Argument,
        };
        if !signature.inputs.iter().any(is_argument) {
            self.errors
                .at(place, "there are no arguments to box: drop `boxed`");
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
