//! Questions to types.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, Ident, Lifetime, ParenthesizedGenericArguments, Path, PathArguments,
    Signature, TraitBound, Type, TypeBareFn, TypeImplTrait, TypePath, TypeReference,
};

/// The type in the invisible group that a `$t:ty` of `macro_rules!` leaves around it.
pub(crate) fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        ty => ty,
    }
}

/// Whether the type is `Self`.
pub(crate) fn is_self(ty: &Type) -> bool {
    matches!(ungroup(ty), Type::Path(ty) if ty.qself.is_none() && ty.path.is_ident("Self"))
}

/// Whether the type is a reference to `Self`.
pub(crate) fn is_reference_to_self(ty: &Type) -> bool {
    matches!(ungroup(ty), Type::Reference(reference) if is_self(&reference.elem))
}

/// Whether the type is `&mut Context<..>` or `&Context<..>`, known by its last path segment.
pub(crate) fn is_context(ty: &Type) -> bool {
    let Type::Reference(reference) = ungroup(ty) else {
        return false;
    };
    matches!(ungroup(&reference.elem), Type::Path(ty) if ends_with(&ty.path, "Context"))
}

/// The first type argument of a type that is called `name`, known by its last path segment.
///
/// A type of that name without arguments is another one.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(ty) = ungroup(ty) else {
        return None;
    };
    let last = ty.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The `T` of `ReplyTo<T>`, by which a call is answered later.
pub(crate) fn reply_to(ty: &Type) -> Option<&Type> {
    argument_of(ty, "ReplyTo")
}

/// The `T` of `Reply<T>` or of `Result<Reply<T>, E>`.
pub(crate) fn steering_reply(ty: &Type) -> Option<&Type> {
    argument_of(argument_of(ty, "Result").unwrap_or(ty), "Reply")
}

/// Whether the type is `Next<Self>`, `NextResult<Self>` or a `Result` of one: how to go on, and no
/// answer. A `Next` of the user's own, of something else, is one.
pub(crate) fn is_next(ty: &Type) -> bool {
    let ty = argument_of(ty, "Result").unwrap_or(ty);
    ["Next", "NextResult"]
        .iter()
        .any(|name| argument_of(ty, name).is_some_and(is_self))
}

/// The type of the messages that a callback's signature says: of `Info`, what is in `Info<..>`.
///
/// One that names an associated type, such as `Info<Self::Info>`, says nothing.
pub(crate) fn said_by(callback: &Signature, name: &str) -> Option<Type> {
    let FnArg::Typed(message) = callback.inputs.iter().nth(1)? else {
        return None;
    };
    let ty = if name == "Info" {
        argument_of(&message.ty, name)?
    } else {
        &message.ty
    };
    let mut search = Associated { found: false };
    search.visit_type_mut(&mut ty.clone());
    (!search.found && misfit(ty).is_none()).then(|| ty.clone())
}

struct Associated {
    found: bool,
}

impl VisitMut for Associated {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        let first = ty.path.segments.first();
        let of_self = first.is_some_and(|first| first.ident == "Self");
        self.found |= ty.qself.is_some() || of_self && ty.path.segments.len() > 1;
        visit_mut::visit_type_path_mut(self, ty);
    }
}

/// Whether the type is a path whose last segment is one of `names`.
pub(crate) fn ends_with_any(ty: &Type, names: &[&str]) -> bool {
    matches!(ungroup(ty), Type::Path(ty) if names.iter().any(|name| ends_with(&ty.path, name)))
}

/// Whether the type is the parameter called `name`.
pub(crate) fn is_path_of(ty: &Type, name: &Ident) -> bool {
    matches!(ungroup(ty), Type::Path(ty) if ty.qself.is_none() && ty.path.is_ident(name))
}

/// Whether the path's last segment is `name`.
pub(crate) fn ends_with(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// What keeps a type from being the type of a message.
pub(crate) enum Misfit {
    /// It borrows, here.
    Borrows(TokenStream),
    /// It has an `impl Trait`, here.
    ImplTrait(TokenStream),
}

/// Finds what keeps a type from being the type of a message, if anything does.
pub(crate) fn misfit(ty: &Type) -> Option<Misfit> {
    let mut search = Search { found: None };
    search.visit_type_mut(&mut ty.clone());
    search.found
}

/// Visits mutably because that is the visitor which the workspace builds already.
struct Search {
    found: Option<Misfit>,
}

impl Search {
    fn found(&mut self, misfit: Misfit) {
        self.found.get_or_insert(misfit);
    }
}

impl VisitMut for Search {
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        if ty.lifetime.as_ref().is_some_and(is_static) {
            visit_mut::visit_type_reference_mut(self, ty);
        } else {
            self.found(Misfit::Borrows(ty.to_token_stream()));
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if !is_static(lifetime) {
            self.found(Misfit::Borrows(lifetime.to_token_stream()));
        }
    }

    fn visit_type_impl_trait_mut(&mut self, ty: &mut TypeImplTrait) {
        self.found(Misfit::ImplTrait(ty.to_token_stream()));
    }

    // What a function pointer or a closure borrows when it is called is not in the message.

    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        if bound.lifetimes.is_none() {
            visit_mut::visit_trait_bound_mut(self, bound);
        }
    }
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}
