//! The span of a process: a root, entered while the process runs, and nothing if nobody listens.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use actor_core::testing::isolated;
use actor_core::{Address, Next};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Instrument, Subscriber, info, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::registry::LookupSpan;

use crate::listener::listen_with;
use crate::witness::{Watched, answer};

/// Writes down what becomes of spans, and panics at it if told to.
#[derive(Clone, Default)]
struct Spans {
    log: Arc<Mutex<Vec<String>>>,
    panics_at: Option<&'static str>,
}

impl Spans {
    fn listen(panics_at: Option<&'static str>) -> (Self, DefaultGuard) {
        let spans = Self {
            panics_at,
            ..Self::default()
        };
        let guard = listen_with(registry().with(spans.clone()));
        (spans, guard)
    }

    fn note(&self, entry: String) {
        let panics = self.panics_at.is_some_and(|word| entry.starts_with(word));
        self.log.lock().expect("not poisoned").push(entry);
        assert!(!panics, "the log is full");
    }

    /// What was noted since the last time.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().expect("not poisoned"))
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let span = cx.span(id).expect("a span");
        let parent = span.parent().map(|parent| parent.name());
        let mut text = Text(format!("new {}::{}", span.metadata().target(), span.name()));
        attributes.record(&mut text);
        self.note(format!("{} in {parent:?}", text.0));
    }

    fn on_follows_from(&self, _: &Id, follows: &Id, cx: Context<'_, S>) {
        self.note(format!(
            "follows {}",
            cx.span(follows).expect("a span").name()
        ));
    }

    fn on_event(&self, _: &Event<'_>, cx: Context<'_, S>) {
        let span = cx.lookup_current().map(|span| span.name());
        self.note(format!("event in {span:?}"));
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.note("enter".into());
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        self.note("exit".into());
    }

    fn on_close(&self, _: Id, _: Context<'_, S>) {
        self.note("close".into());
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_has_a_root_span_that_follows_from_its_starters() {
    // L-2
    let (spans, _guard) = Spans::listen(None);
    isolated(async {
        let starter = info_span!("starter");
        spans.take();
        let server = Watched::named("served").instrument(starter).await;
        let told = spans.take();
        let pid = server.pid();
        let new = format!("new actor::process::process pid={pid} name=\"served\" in None");
        assert!(told.contains(&new), "{told:?}");
        assert!(told.contains(&"follows starter".to_owned()), "{told:?}");

        server.does(|_| info!("inside")).await;
        let event = "event in Some(\"process\")";
        assert_eq!(spans.take(), ["enter", event, "exit"]);
        server.stop().await;
        tokio::task::yield_now().await;
        let told = spans.take();
        assert_eq!(told.last().map(String::as_str), Some("close"), "{told:?}");
        let count = |word| told.iter().filter(|it| *it == word).count();
        assert_eq!(count("enter"), count("exit"), "{told:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_is_told_in_the_span_of_its_process() {
    // L-1
    let (spans, _guard) = Spans::listen(None);
    isolated(async {
        let server = Watched::start().await;
        server.server.cast(answer(|| panic!("told to panic")));
        server.ends().await;
        let told = spans.take();
        let event = "event in Some(\"process\")".to_owned();
        assert!(told.contains(&event), "{told:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_panics_at_a_span_ends_nobody() {
    // L-1
    for word in ["new", "follows", "enter", "exit", "close"] {
        let (spans, _guard) = Spans::listen(Some(word));
        let starting = async {
            let server = Watched::start().await;
            server.does(|_| ()).await;
            server.server.cast(answer(|| Ok(Next::NoReply)));
            server.stop().await;
            tokio::task::yield_now().await;
        };
        let follows = word == "follows"; // a span of the test's own would fail in the others
        isolated(async {
            match follows {
                true => starting.instrument(info_span!("starter")).await,
                false => starting.await,
            }
        })
        .await;
        let told = spans.take();
        assert!(told.iter().any(|it| it.starts_with(word)), "{told:?}");
    }
}
