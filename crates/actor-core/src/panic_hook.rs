//! The panic hook: where panics of our processes happened, and no raw backtrace on the terminal.
//!
//! Installed once, at the first start; it chains the hook before it, records and silences only the
//! panics of our processes, and can be switched off. Where no `tracing` subscriber listens it silences
//! nothing, as nobody else would tell of the crash. A hook set later by the application breaks
//! nothing: then places are unknown.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::panic::{self, PanicHookInfo};

use tracing::level_filters::LevelFilter;

use crate::exit_reason::PanicPlace;
use crate::rt::{AtomicBool, Once, Ordering, thread_local};

static INSTALL: Once = Once::new();
static SWITCHED_OFF: AtomicBool = AtomicBool::new(false);

thread_local! {
    static MARKS: Cell<Marks> = const { Cell::new(Marks { catching: false, recorded: false }) };
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<PanicPlace>> = const { RefCell::new(None) };
}

/// Beside `LAST`, as looking at it costs next to nothing: each poll of a process does.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// A panic will be caught by the framework.
    catching: bool,
    /// `LAST` is not empty.
    recorded: bool,
}

/// Switches the framework's panic hook off: panics of processes are then printed as any other, and
/// exit reasons carry no file and line. Called before the first start, the hook is not installed
/// at all.
pub fn disable_panic_hook() {
    SWITCHED_OFF.store(true, Ordering::Relaxed);
}

/// Installs the hook if it is wanted and not there yet.
pub(crate) fn install() {
    if SWITCHED_OFF.load(Ordering::Relaxed) {
        return;
    }
    INSTALL.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !record(info) {
                previous(info);
            }
        }));
    });
}

/// Notes where a panic of ours happened; false if it is not ours, or if it is the second one at once,
/// which aborts the program (F-28) and must be seen.
fn record(info: &PanicHookInfo<'_>) -> bool {
    if QUIET.try_with(Cell::get).unwrap_or(false) {
        return true;
    }
    let marks = MARKS.try_with(Cell::get).unwrap_or_default();
    if SWITCHED_OFF.load(Ordering::Relaxed) || !marks.catching || marks.recorded {
        return false;
    }
    let backtrace = Backtrace::capture();
    let place = info.location().map(|location| PanicPlace {
        file: location.file().to_owned(),
        line: location.line(),
        backtrace: (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace),
    });
    let is_recorded = LAST.try_with(|last| *last.borrow_mut() = place).is_ok();
    let recorded = is_recorded;
    let _ = MARKS.try_with(|kept| kept.set(Marks { recorded, ..marks }));
    // Kept from the terminal only where a subscriber can tell of the crash instead.
    is_recorded && LevelFilter::current() != LevelFilter::OFF
}

/// Marks that a panic on this thread will be caught by the framework, and forgets the place of one that
/// the user's code caught itself; returns the former mark.
#[inline]
pub(crate) fn begin_catching() -> bool {
    let marks = MARKS.try_with(|kept| {
        let catching = true;
        kept.replace(Marks {
            catching,
            ..kept.get()
        })
    });
    let marks = marks.unwrap_or_default();
    if marks.recorded {
        take_place();
    }
    marks.catching
}

/// Gives the former mark back.
#[inline]
pub(crate) fn end_catching(catching: bool) {
    let _ = MARKS.try_with(|kept| {
        let recorded = kept.get().recorded;
        kept.set(Marks { catching, recorded });
    });
}

/// Marks that a panic on this thread is an answer, of which nobody is to be told; returns the former mark.
pub(crate) fn set_quiet(quiet: bool) -> bool {
    QUIET.try_with(|mark| mark.replace(quiet)).unwrap_or(false)
}

/// Takes the place of the panic that was caught last.
#[cold]
pub(crate) fn take_place() -> Option<PanicPlace> {
    let _ = MARKS.try_with(|kept| {
        let recorded = false;
        kept.set(Marks {
            recorded,
            ..kept.get()
        });
    });
    LAST.try_with(|last| last.borrow_mut().take())
        .ok()
        .flatten()
}
