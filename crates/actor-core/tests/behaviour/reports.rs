//! Reports: one event for each abnormal end, and none that could end a process.

use std::fmt::{Debug, Display, Formatter, Result};
use std::sync::{Arc, Mutex};

use actor_core::testing::isolated;
use actor_core::{Address, ExitReason, Name, Start};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use crate::listener::listen_with;
use crate::probe::{Begin, Child, Probe, Tell, log};

/// Keeps the text of each event, or panics at each.
#[derive(Clone, Default)]
struct Recorder {
    events: Arc<Mutex<Vec<String>>>,
    panics: bool,
}

impl Recorder {
    fn of_target(&self, target: &str) -> Vec<String> {
        let events = self.events.lock().expect("not poisoned");
        let of_target = |event: &&String| event.starts_with(target);
        events.iter().filter(of_target).cloned().collect()
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(event.metadata().target().to_owned());
        event.record(&mut text);
        self.events.lock().expect("not poisoned").push(text.0);
        assert!(!self.panics, "the log is full");
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// A reason whose texts cannot be printed.
struct Unprintable;

impl Debug for Unprintable {
    fn fmt(&self, _: &mut Formatter<'_>) -> Result {
        panic!("cannot be printed")
    }
}

impl Display for Unprintable {
    fn fmt(&self, _: &mut Formatter<'_>) -> Result {
        panic!("cannot be printed")
    }
}

#[tokio::test(start_paused = true)]
async fn an_abnormal_end_is_one_event_and_other_ends_are_none() {
    // L-1, G-46: pid, name and reason, with control characters escaped
    let recorder = Recorder::default();
    let _listening = listen_with(recorder.clone());
    isolated(async {
        for end in [Tell::Stop, Tell::Fail, Tell::Panic] {
            let probe = Probe::options(log())
                .name("probe")
                .start()
                .await
                .expect("starts");
            probe.cast(end);
            probe.exited().await;
        }
        let probe = Probe::start(log()).await.expect("starts");
        let forged = ExitReason::error("two\nlines");
        probe.stop_with(forged).await.expect("stops");
        let probe = Probe::start(log()).await.expect("starts");
        probe.stop().await.expect("stops");
        let probe = Probe::start(log()).await.expect("starts");
        probe.exit(ExitReason::Kill);
        probe.exited().await;
    })
    .await;
    let crashes = recorder.of_target("actor::crash");
    let [failed, panicked, forged] = &crashes[..] else {
        panic!("{crashes:?}");
    };
    assert!(
        failed.contains("name=\"probe\" reason=error: asked to fail"),
        "{failed}"
    );
    assert!(
        panicked.contains("reason=panic: told to panic ("),
        "{panicked}"
    );
    assert!(forged.contains(r"reason=error: two\u{a}lines"), "{forged}");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_panics_and_a_reason_that_cannot_be_printed_end_nobody() {
    // L-1, R17
    let recorder = Recorder {
        panics: true,
        ..Recorder::default()
    };
    let _listening = listen_with(recorder.clone());
    isolated(async {
        let probe = Probe::start(log()).await.expect("starts");
        probe.cast(Tell::Fail);
        assert!(probe.exited().await.as_error().is_some());
        Name::<Probe>::new("nobody").cast(Tell::Stop);

        let child = Child::new(Begin::Ready).start().await.expect("starts");
        let reason = ExitReason::custom(Unprintable);
        child.stop_with(reason).await.expect("with the very reason");
    })
    .await;
    assert_eq!(recorder.of_target("actor::crash").len(), 1);
    assert_eq!(recorder.of_target("actor::dead_letter").len(), 1);
}
