//! A message read off a marked method that is known to be well-formed.

use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{Attribute, FnArg, Ident, ImplItemFn, Pat, PatType, ReturnType, Type, parse_quote};

use crate::ast::{Argument, Kind, Message, Parameter};
use crate::rewrite::NameSelf;
use crate::types::is_context;

#[cfg(test)]
mod tests;

/// Reads the message. Its types are those of the method, with `Self` written out.
pub(crate) fn read(kind: Kind, method: &ImplItemFn, mut name_self: NameSelf<'_>) -> Message {
    let signature = &method.sig;
    let parameters = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(parameter) => read_parameter(parameter, &mut name_self),
    });
    let parameters = parameters.collect();
    let mut reply = match &signature.output {
        ReturnType::Type(_, ty) if kind == Kind::Call => Type::clone(ty),
        _ => parse_quote!(()),
    };
    name_self.visit_type_mut(&mut reply);
    Message {
        kind,
        method: signature.ident.clone(),
        variant: variant(&signature.ident),
        docs: attributes(method, "doc"),
        cfgs: attributes(method, "cfg"),
        parameters,
        reply,
        is_async: signature.asyncness.is_some(),
    }
}

fn read_parameter(parameter: &PatType, name_self: &mut NameSelf<'_>) -> Option<Parameter> {
    if is_context(&parameter.ty) {
        return Some(Parameter::Context);
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
pub(crate) fn variant(method: &Ident) -> Ident {
    let mut name = String::new();
    for word in method.unraw().to_string().split('_') {
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
    Ident::new(&name, method.span())
}
