//! A message read off a marked method that is known to be well-formed.

use quote::format_ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, FnArg, Ident, ImplItemFn, Pat, PatType, ReturnType, Signature, Type, parse_quote,
};

use crate::ast::{Argument, Kind, Message, Parameter};
use crate::marks::MarkOptions;
use crate::rewrite::NameSelf;
use crate::types::{is_context, reply_to, steering_reply};

#[cfg(test)]
mod tests;

/// Reads the message. Its types are those of the method, with `Self` written out.
pub(crate) fn read(
    options: MarkOptions,
    method: &ImplItemFn,
    mut name_self: NameSelf<'_>,
) -> Message {
    let kind = options.kind;
    let signature = &method.sig;
    let parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(parameter) => read_parameter(kind, parameter, &mut name_self),
    });
    let parameters = parameters.collect();
    let mut reply = match kind {
        Kind::Call => answer(signature),
        Kind::Cast => parse_quote!(()),
    };
    name_self.visit_type_mut(&mut reply);
    let name = options.name.unwrap_or_else(|| signature.ident.clone());
    Message {
        kind,
        method: signature.ident.clone(),
        variant: variant(&name),
        name,
        visibility: method.vis.clone(),
        docs: attributes(method, "doc"),
        deprecated: attributes(method, "deprecated").pop(),
        cfgs: attributes(method, "cfg"),
        parameters,
        boxed: options.boxed.is_some(),
        reply,
        deadline: options.timeout,
        returns: match &signature.output {
            ReturnType::Default => signature.ident.span(),
            ReturnType::Type(_, ty) => ty.span(),
        },
        is_async: signature.asyncness.is_some(),
        is_sound: true,
    }
}

/// A message of a method that is wrong: its client takes whatever arguments there are.
pub(crate) fn stand_in(
    options: MarkOptions,
    method: &ImplItemFn,
    name_self: NameSelf<'_>,
) -> Message {
    let is_argument = |input: &&FnArg| match input {
        FnArg::Receiver(_) => false,
        FnArg::Typed(parameter) => role(options.kind, &parameter.ty) == Role::Argument,
    };
    let count = method.sig.inputs.iter().filter(is_argument).count();
    let arguments = (0..count).map(|number| {
        Parameter::Argument(Argument {
            name: format_ident!("argument_{number}"),
            ty: parse_quote!(impl ::core::marker::Sized),
        })
    });
    Message {
        parameters: arguments.collect(),
        is_sound: false,
        ..read(options, method, name_self)
    }
}

/// The type of the answer: what a `ReplyTo` carries, or else what the method returns.
pub(crate) fn answer(signature: &Signature) -> Type {
    let mut parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(parameter) => Some(&*parameter.ty),
    });
    match (parameters.find_map(reply_to), &signature.output) {
        (Some(answer), _) => answer.clone(),
        (None, ReturnType::Type(_, ty)) => steering_reply(ty).unwrap_or(ty).clone(),
        (None, ReturnType::Default) => parse_quote!(()),
    }
}

/// What a parameter is for, known by the last path segment of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// `&mut Context<Self>`.
    Context,
    /// The `ReplyTo<T>` of a call. That of a cast is an argument.
    ReplyTo,
    Argument,
}

pub(crate) fn role(kind: Kind, ty: &Type) -> Role {
    if is_context(ty) {
        Role::Context
    } else if kind == Kind::Call && reply_to(ty).is_some() {
        Role::ReplyTo
    } else {
        Role::Argument
    }
}

fn read_parameter(
    kind: Kind,
    parameter: &PatType,
    name_self: &mut NameSelf<'_>,
) -> Option<Parameter> {
    match role(kind, &parameter.ty) {
        Role::Context => return Some(Parameter::Context),
        Role::ReplyTo => return Some(Parameter::ReplyTo),
        Role::Argument => {}
    }
    let Pat::Ident(pattern) = &*parameter.pat else {
        return None;
    };
    let name = pattern.ident.clone();
    let mut ty = parameter.ty.clone();
    name_self.visit_type_mut(&mut ty);
    Some(Parameter::Argument(Argument { name, ty }))
}

fn attributes(method: &ImplItemFn, name: &str) -> Vec<Attribute> {
    let named = |attribute: &&Attribute| attribute.path().is_ident(name);
    method.attrs.iter().filter(named).cloned().collect()
}

/// `GetCount` of `get_count`.
pub(crate) fn variant(message: &Ident) -> Ident {
    let mut name = String::new();
    for word in message.unraw().to_string().split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    // What is no identifier without its underscores, or is a keyword, keeps one.
    if syn::parse_str::<Ident>(&name).is_err() {
        name = if name.starts_with(char::is_numeric) {
            format!("_{name}")
        } else {
            format!("{name}_")
        };
    }
    Ident::new(&name, message.span())
}
