//! Listens to the events of the library, on this thread.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};

use tracing::callsite::rebuild_interest_cache;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing::{Event, Level, Metadata, Subscriber};

/// An event of ours: its target, its level, its fields as text.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    target: String,
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

/// Keeps the events of this thread whose target is one of ours.
#[derive(Clone, Default)]
pub(crate) struct Listener(Arc<Mutex<Vec<Told>>>);

/// Makes a subscriber that of this thread.
///
/// Whether an event is wanted at all is remembered for the whole program, and worked out when
/// subscribers come and go; tests that listen side by side would spoil each other's. So the program
/// gets one that wants everything and keeps nothing, for good.
pub(crate) fn listen_with(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    static EVERYTHING: Once = Once::new();
    EVERYTHING.call_once(|| {
        let _ = set_global_default(Everything);
    });
    let guard = set_default(subscriber);
    rebuild_interest_cache();
    guard
}

/// Wants everything and keeps nothing.
struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, _: &Event<'_>) {}

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Listener {
    pub(crate) fn listen() -> (Self, DefaultGuard) {
        let listener = Self::default();
        let guard = listen_with(listener.clone());
        (listener, guard)
    }

    /// What was told since the last time, of one target.
    pub(crate) fn take(&self, target: &str) -> Vec<Told> {
        let mut told = self.0.lock().expect("not poisoned");
        let mut taken = std::mem::take(&mut *told);
        taken.retain(|told| told.target == target);
        taken
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("actor::")
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut told = Told {
            target: metadata.target().into(),
            level: *metadata.level(),
            fields: BTreeMap::new(),
        };
        event.record(&mut told);
        self.0.lock().expect("not poisoned").push(told);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
