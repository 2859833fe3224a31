//! Changes of what leaves the block in which it was written.

use std::collections::HashSet;

use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, ExprPath, GenericParam, Ident, ItemImpl, Lifetime, Meta, Path, Type, TypePath,
    TypeReference, parse_quote,
};

use crate::types::is_self;

/// The associated types of `GenServer`, which a method may name as `Self::Info`.
const ASSOCIATED: &[&str] = &["Args", "Call", "Cast", "Info", "Continue"];

/// Replaces `Self` in what leaves the impl block.
pub(crate) struct NameSelf<'a> {
    /// What `Self` is.
    pub(crate) self_ty: &'a Type,
    /// The trait whose associated types `Self::X` may mean.
    pub(crate) trait_path: &'a Path,
}

impl VisitMut for NameSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if is_self(ty) {
            *ty = self.self_ty.clone();
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        let Self {
            self_ty,
            trait_path,
        } = *self;
        match after_self(ty) {
            Some(rest) if is_associated(&rest) => {
                *ty = parse_quote!(<#self_ty as #trait_path>::#rest);
            }
            Some(rest) => *ty = parse_quote!(<#self_ty>::#rest),
            None => visit_mut::visit_type_path_mut(self, ty),
        }
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        let self_ty = self.self_ty;
        match rest_of(&expr.path) {
            Some(rest) if expr.qself.is_none() => *expr = parse_quote!(<#self_ty>::#rest),
            _ => visit_mut::visit_expr_path_mut(self, expr),
        }
    }
}

/// Writes `Self::Info` as `<Self as GenServer>::Info`, which it has to be in an inherent impl.
pub(crate) struct QualifyAssociated<'a> {
    /// The trait of the block in which the method was written.
    pub(crate) trait_path: &'a Path,
}

impl VisitMut for QualifyAssociated<'_> {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        let trait_path = self.trait_path;
        match after_self(ty) {
            Some(rest) if is_associated(&rest) => {
                *ty = parse_quote!(<Self as #trait_path>::#rest);
            }
            _ => visit_mut::visit_type_path_mut(self, ty),
        }
    }
}

/// The `Info` of `Self::Info`.
fn after_self(ty: &TypePath) -> Option<Path> {
    match ty.qself {
        Some(_) => None,
        None => rest_of(&ty.path),
    }
}

fn rest_of(path: &Path) -> Option<Path> {
    let mut segments = path.segments.iter();
    segments.next().filter(|first| first.ident == "Self")?;
    let rest: Path = Path {
        leading_colon: None,
        segments: segments.cloned().collect(),
    };
    (!rest.segments.is_empty()).then_some(rest)
}

fn is_associated(rest: &Path) -> bool {
    ASSOCIATED
        .iter()
        .any(|name| rest.segments[0].ident == *name)
}

/// Takes the lifetimes off an impl block, by making each `'static`.
///
/// Only done after an error said that a server has none: what is left type-checks.
pub(crate) fn make_static(item: &mut ItemImpl) {
    let params = std::mem::take(&mut item.generics.params);
    let (lifetimes, others): (Vec<_>, Vec<_>) = params
        .into_iter()
        .partition(|param| matches!(param, GenericParam::Lifetime(_)));
    item.generics.params = others.into_iter().collect();

    let named = lifetimes.iter().filter_map(|param| match param {
        GenericParam::Lifetime(param) => Some(param.lifetime.ident.clone()),
        _ => None,
    });
    let mut change = MakeStatic {
        of: named.collect(),
        elided: false,
    };
    change.visit_item_impl_mut(item);
    // Outside the type of the server, an elided lifetime is that of an argument, and may stay.
    change.elided = true;
    change.visit_type_mut(&mut item.self_ty);
}

struct MakeStatic {
    of: HashSet<Ident>,
    elided: bool,
}

impl VisitMut for MakeStatic {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.of.contains(&lifetime.ident) || self.elided && lifetime.ident == "_" {
            lifetime.ident = Ident::new("static", lifetime.ident.span());
        }
    }

    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        visit_mut::visit_type_reference_mut(self, ty);
        if ty.lifetime.is_none() && self.elided {
            ty.lifetime = Some(Lifetime::new("'static", ty.span()));
        }
    }
}

/// Makes an `allow` of each `expect`: the block becomes two, and what was expected may be in either.
pub(crate) fn allow_what_is_expected(attributes: &mut [Attribute]) {
    for attribute in attributes {
        if attribute.path().is_ident("expect")
            && let Meta::List(list) = &mut attribute.meta
        {
            let span = list.path.span();
            list.path = Ident::new("allow", span).into();
        }
    }
}
