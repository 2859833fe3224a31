//! The signals of the operating system, heard on a thread of their own.
//!
//! A callback that never awaits may hold up every thread of the program's runtime. Its signals
//! would not be heard there any more, and as they are caught, only the hardest kill would end the
//! program. This thread hears them all the same, and ends the program itself if it must.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::io;
use std::pin::pin;
use std::process::exit;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, FusedFuture, select};

use crate::application::events;
use crate::application::report::FORCED;
use crate::rt::{Builder, oneshot, signal, timeout};

/// How long the run may take to answer the second signal: it writes its report meanwhile.
const GRACE: Duration = Duration::from_secs(1);

/// What a run hears. Dropped before the first signal, the thread ends; after the first one the second
/// ends the program, whatever has become of the run.
pub(super) struct Listening {
    /// The first signal.
    pub(super) stop: oneshot::Receiver<()>,
    /// The second one, or a stop that takes too long.
    pub(super) force: oneshot::Receiver<()>,
    _over: oneshot::Sender<Infallible>,
}

/// The other ends of it.
struct Line {
    stop: oneshot::Sender<()>,
    force: oneshot::Sender<()>,
    over: oneshot::Receiver<Infallible>,
}

/// Catches the signals from here on. A stop that takes longer than `limit` is forced, also where the
/// run's own timers stand still.
pub(super) async fn listen(limit: Duration) -> io::Result<Listening> {
    let (stop, stop_told) = oneshot::channel();
    let (force, force_told) = oneshot::channel();
    let (run, over) = oneshot::channel();
    let line = Line { stop, force, over };
    let (ready, caught) = oneshot::channel();
    let thread = thread::Builder::new().name("actor-signals".to_owned());
    thread.spawn(move || hear(ready, line, limit.saturating_add(GRACE)))?;
    caught.await.map_err(io::Error::other)??;
    Ok(Listening {
        stop: stop_told,
        force: force_told,
        _over: run,
    })
}

/// Is ready when the thread tells it; a thread that ended tells nothing.
pub(super) async fn told(signal: &mut oneshot::Receiver<()>) {
    if signal.await.is_err() {
        pending().await
    }
}

fn hear(ready: oneshot::Sender<io::Result<()>>, line: Line, limit: Duration) {
    let begun = Builder::new_current_thread().enable_all().build();
    let begun = begun.and_then(|runtime| {
        let _entered = runtime.enter();
        let signals = Signals::catch()?;
        Ok((signals, runtime))
    });
    match begun {
        Ok((signals, runtime)) => {
            let _ = ready.send(Ok(())); // a run that is gone is noticed next
            runtime.block_on(attend(signals, line, limit));
        }
        Err(error) => drop(ready.send(Err(error))),
    }
}

/// Tells the run of both signals, and ends the program if it does not do so itself.
async fn attend(mut signals: Signals, line: Line, limit: Duration) {
    let Line { stop, force, over } = line;
    let mut over = over.fuse();
    match select(pin!(signals.next()), &mut over).await {
        Either::Left((signal, _)) => events::asked(signal),
        Either::Right(_) => return,
    }
    let _ = stop.send(()); // a run that stops already hears no first request
    let hangs = async {
        if timeout(limit, &mut over).await.is_ok() {
            pending().await
        }
    };
    select(pin!(signals.next()), pin!(hangs)).await;
    let _ = force.send(());
    if !over.is_terminated() && timeout(GRACE, &mut over).await.is_err() {
        events::unanswered();
    }
    exit(FORCED.into());
}

/// The signals that ask for a stop.
#[cfg(unix)]
struct Signals {
    interrupt: signal::unix::Signal,
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.interrupt.poll_recv(cx).is_ready() {
            return Poll::Ready("SIGINT");
        }
        self.terminate.poll_recv(cx).map(|_| "SIGTERM")
    }
}

/// The events of the console that ask for a stop.
#[cfg(windows)]
struct Signals {
    interrupt: signal::windows::CtrlC,
    close: signal::windows::CtrlClose,
    shutdown: signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal::windows::ctrl_c()?,
            close: signal::windows::ctrl_close()?,
            shutdown: signal::windows::ctrl_shutdown()?,
        })
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.interrupt.poll_recv(cx).is_ready() {
            return Poll::Ready("Ctrl-C");
        }
        if self.close.poll_recv(cx).is_ready() {
            return Poll::Ready("close of the console");
        }
        self.shutdown.poll_recv(cx).map(|_| "shutdown")
    }
}

impl Signals {
    async fn next(&mut self) -> &'static str {
        poll_fn(|cx| self.poll_next(cx)).await
    }
}
