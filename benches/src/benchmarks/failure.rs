//! What failure costs, with and without somebody who listens to the reports.

use std::sync::atomic::{AtomicU64, Ordering};
use std::{io, panic};

use actor_otp::prelude::*;
use futures_util::future::join_all;

use super::{Measured, timed};
use crate::contestants::ours::{Host, HostClient};
use crate::logic::{Logic, Message};

/// Nobody measures the terminal.
pub fn silence() {
    panic::set_hook(Box::new(|_| {}));
}

/// Reports are formatted as for a terminal, and thrown away.
pub fn report() {
    tracing_subscriber::fmt().with_writer(|| Discards).init();
}

/// How many bytes of reports were thrown away.
pub fn reported() -> u64 {
    DISCARDED.load(Ordering::Relaxed)
}

static DISCARDED: AtomicU64 = AtomicU64::new(0);

struct Discards;

impl io::Write for Discards {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        DISCARDED.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All children crash at once; the time runs until all answer again.
pub async fn at_once(children: u64) -> Measured {
    let supervisor = DynamicSupervisor::builder().max_restarts(u32::MAX);
    let supervisor = supervisor.start().await.expect("starts");
    let mut names = Vec::new();
    let mut actors = Vec::new();
    for n in 0..children {
        let name = Name::dynamic(format!("child-{n}"));
        names.push(name.clone());
        let spec = ChildSpec::new("child", move || {
            let options = Host::options(Logic::default());
            options.name(name.clone()).start_link()
        });
        actors.push(supervisor.start_child(spec).await.expect("starts"));
    }
    let measured = timed(children, async {
        for actor in &actors {
            actor.deliver(Message::Crash);
        }
        join_all(names.iter().map(answers)).await;
    })
    .await;
    let counts = supervisor.count_children().await.expect("it lives");
    assert_eq!(counts.active as u64, children);
    measured
}

/// Asks until somebody answers: whoever crashes does so before it could.
async fn answers(name: &Name<Host>) {
    while name.count().await.is_err() {
        tokio::task::yield_now().await;
    }
}
