//! What a dynamic supervisor knows of its children before they are asked for: nothing, or how to make
//! a spec of an argument (D-5).

use std::fmt;
use std::sync::Arc;

use crate::child_spec::ChildSpec;

/// Either [`NoTemplate`] or a [`Template`].
pub trait TemplateOf: sealed::Sealed + Clone + Send + Sync + 'static {}

/// There is no template: each child comes with its spec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoTemplate;

/// Makes the spec of a child, with a handle `H`, of an argument `A`.
pub struct Template<A, H>(MakeSpec<A, H>);

type MakeSpec<A, H> = Arc<dyn Fn(A) -> ChildSpec<H> + Send + Sync>;

impl<A, H> Template<A, H> {
    pub(super) fn new(make: impl Fn(A) -> ChildSpec<H> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    pub(super) fn spec(&self, argument: A) -> ChildSpec<H> {
        (self.0)(argument)
    }
}

impl<A, H> Clone for Template<A, H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A, H> fmt::Debug for Template<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").finish_non_exhaustive()
    }
}

impl TemplateOf for NoTemplate {}

impl<A: 'static, H: 'static> TemplateOf for Template<A, H> {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::NoTemplate {}

    impl<A, H> Sealed for super::Template<A, H> {}
}
