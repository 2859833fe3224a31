//! A value of any type inside a reason.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Carries a value of any type in an [`ExitReason`](crate::ExitReason), behind one reference
/// count. Two terms are equal if they are the same value, not merely equal values.
#[derive(Clone)]
pub struct Term(Arc<dyn Value>);

trait Value: Any + fmt::Debug + Send + Sync {}

impl<T: Any + fmt::Debug + Send + Sync> Value for T {}

impl Term {
    /// Wraps a value.
    #[must_use]
    pub fn new<T: Any + fmt::Debug + Send + Sync>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value, if it is of type `T`.
    #[must_use]
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        let value: &dyn Any = self.0.as_ref();
        value.downcast_ref()
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Term {}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
