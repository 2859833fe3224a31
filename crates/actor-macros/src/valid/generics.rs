//! The checks of what the server's type is made of.

use syn::{GenericParam, TypeParam, WherePredicate, parse_quote};

use super::Check;
use crate::rewrite::make_static;
use crate::types::{Misfit, is_path_of, misfit};

impl Check<'_> {
    pub(super) fn server_owns_its_data(&mut self) {
        const MESSAGE: &str = "an actor is `'static`: own the data";
        let mut is_static = true;
        for param in &self.block.item.generics.params {
            if let GenericParam::Lifetime(param) = param {
                self.errors.on(param, MESSAGE);
                is_static = false;
            }
        }
        if is_static && let Some(Misfit::Borrows(place)) = misfit(&self.block.item.self_ty) {
            self.errors.on(place, MESSAGE);
            is_static = false;
        }
        if !is_static {
            make_static(&mut self.block.item);
        }
    }

    /// A parameter without any bound cannot be one of a process; the compiler says so of each item that is
    /// written for the block.
    pub(super) fn parameters_have_bounds(&mut self) {
        let generics = &mut self.block.item.generics;
        let predicates = generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates);
        let bounded: Vec<_> = predicates.cloned().collect();
        for param in generics.type_params_mut() {
            if !param.bounds.is_empty() || bounded.iter().any(|bound| is_of(bound, param)) {
                continue;
            }
            let name = &param.ident;
            let message = format!(
                "a process may move to another thread, and owns its data: write `{name}: Send + 'static`"
            );
            self.errors.on(&*param, message);
            param.bounds.push(parse_quote!(::core::marker::Send));
            param.bounds.push(parse_quote!('static));
        }
    }
}

fn is_of(bound: &WherePredicate, param: &TypeParam) -> bool {
    matches!(bound, WherePredicate::Type(bound) if is_path_of(&bound.bounded_ty, &param.ident))
}
