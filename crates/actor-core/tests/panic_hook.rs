//! The panic hook. A program of its own, as a hook belongs to the whole program.

use std::convert::Infallible;
use std::panic;
use std::sync::{Arc, Mutex};

use actor_core::testing::isolated;
use actor_core::{
    Address, CallError, Context, ExitReason, GenServer, InitResult, NextResult, PanicReport,
    ReplyTo, Start, process,
};

use tracing::{Event, Metadata, Subscriber, span};

#[allow(dead_code, reason = "each program uses another part of it")]
#[path = "behaviour/runtimes.rs"]
mod runtimes;

struct Crashing;

impl GenServer for Crashing {
    type Args = ();
    type Call = Infallible;
    type Cast = ();
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> NextResult<Self> {
        panic!("in a process")
    }
}

/// Starts a process on each runtime, lets it panic, and returns the reports.
fn crash() -> [PanicReport; 3] {
    let reports = runtimes::each().map(|runtime| {
        runtime.block_on(isolated(async {
            let crashing = Crashing::start(()).await.expect("starts");
            crashing.cast(());
            match crashing.exited().await {
                ExitReason::Panic(report) => report,
                other => panic!("{other}"),
            }
        }))
    });
    let reports: Vec<_> = reports.collect();
    reports.try_into().expect("three runtimes")
}

/// Makes a blocking call on each runtime, whose thread would not come back.
fn block() {
    for runtime in runtimes::each() {
        runtime.block_on(isolated(async {
            let server = Crashing::start(()).await.expect("starts");
            let blocks = || server.call_blocking(|_: ReplyTo<()>| unreachable!("nothing is sent"));
            assert_eq!(blocks(), Err(CallError::WouldBlockRuntime));
            server.stop().await.expect("stops");
        }));
    }
}

/// A subscriber that wants everything.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Sets a hook that only records; returns the record.
fn record_panics() -> Arc<Mutex<Vec<String>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<&str>().copied();
        let text = text.unwrap_or("?").to_owned();
        record.lock().expect("not poisoned").push(text);
    }));
    seen
}

fn taken(seen: &Mutex<Vec<String>>) -> Vec<String> {
    std::mem::take(&mut *seen.lock().expect("not poisoned"))
}

#[test]
fn the_hook_keeps_to_its_policy() {
    const EACH: [&str; 3] = ["in a process"; 3];
    let former = record_panics();

    // Where nobody listens to events, a panic is printed as any other, and recorded too.
    for report in crash() {
        assert!(report.line().is_some());
    }
    assert_eq!(taken(&former), EACH);

    // A blocking call on a runtime's thread is an error, and no panic that anybody sees (F-13).
    block();
    assert_eq!(taken(&former), Vec::<String>::new());

    // Otherwise panics of processes are recorded with their place, and kept from the former hook.
    tracing::subscriber::set_global_default(Listener).expect("the first subscriber");
    for report in crash() {
        assert_eq!(report.message(), "in a process");
        let file = report.file().expect("is known");
        assert!(file.ends_with("panic_hook.rs"), "{file}");
        assert!(report.line().is_some());
    }
    assert_eq!(taken(&former), Vec::<String>::new());

    // All other panics reach the former hook.
    let plain = panic::catch_unwind(|| panic!("in plain code"));
    assert!(plain.is_err());
    assert_eq!(taken(&former), ["in plain code"]);

    // A hook that the application sets later breaks nothing; places are unknown then.
    let ours = panic::take_hook();
    let later = record_panics();
    for report in crash() {
        assert_eq!((report.message(), report.file()), ("in a process", None));
    }
    assert_eq!(taken(&later), EACH);

    // Switched off, ours passes everything on.
    panic::set_hook(ours);
    process::disable_panic_hook();
    for report in crash() {
        assert_eq!((report.message(), report.line()), ("in a process", None));
    }
    assert_eq!(taken(&former), EACH);
}
