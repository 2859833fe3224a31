//! A value of any type that can be compared: what an id may be made of.
//!
//! Pure: no clock, no async, no I/O, no lock.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[derive(Clone)]
pub(super) struct AnyValue(Arc<dyn Comparable>);

impl AnyValue {
    pub(super) fn new<T: Any + Eq + Hash + fmt::Debug + Send + Sync>(value: T) -> Self {
        Self(Arc::new(value))
    }
}

/// What of `Eq` and `Hash` can stand behind a pointer.
trait Comparable: Any + fmt::Debug + Send + Sync {
    fn equals(&self, other: &dyn Any) -> bool;
    fn feed(&self, hasher: &mut dyn Hasher);
}

impl<T: Any + Eq + Hash + fmt::Debug + Send + Sync> Comparable for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>() == Some(self)
    }

    fn feed(&self, mut hasher: &mut dyn Hasher) {
        self.type_id().hash(&mut hasher);
        self.hash(&mut hasher);
    }
}

impl PartialEq for AnyValue {
    fn eq(&self, other: &Self) -> bool {
        let other: &dyn Any = &*other.0;
        self.0.equals(other)
    }
}

impl Eq for AnyValue {}

impl Hash for AnyValue {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.feed(hasher);
    }
}

impl fmt::Debug for AnyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
