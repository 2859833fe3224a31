//! Runs models under many schedules.

use std::env;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actor_core::testing::schedules::plant;
use actor_core::{Node, process};
use shuttle::future::{block_on, yield_now};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

/// So many random schedules of each model, unless `SCHEDULES` says otherwise.
const USUAL: usize = 1000;
/// A planted bug must be found in one of these turns: so many random schedules, then so many of few
/// preemptions.
const PATIENCE: [(usize, usize); 2] = [(500, 2000), (10_000, 20_000)];
/// With so few turns of fate most bugs are found.
const DEPTH: usize = 3;

/// Runs a model under random schedules, and a quarter as many of few preemptions. Each run has a node of
/// its own, of which nothing may be left.
pub(crate) fn hold<F: Future + 'static>(model: fn() -> F) {
    let number = env::var("SCHEDULES").map_or(USUAL, |text| text.parse().expect("a number"));
    explore(
        RandomScheduler::new(number),
        FailurePersistence::Print,
        model,
    );
    let few = PctScheduler::new(DEPTH, number.div_ceil(4));
    explore(few, FailurePersistence::Print, model);
}

/// Runs a model with a planted bug, until a schedule shows it.
pub(crate) fn find<F: Future + 'static>(bug: &'static str, model: fn() -> F) {
    plant(bug);
    let found = PATIENCE.iter().find_map(|&(random, few)| {
        let random = tries(RandomScheduler::new(random), model);
        let few = || tries(PctScheduler::new(DEPTH, few), model);
        let random = random.map(|tried| format!("random schedule {tried}"));
        random.or_else(|| few().map(|tried| format!("schedule {tried} of few preemptions")))
    });
    plant("");
    match found {
        Some(schedule) => eprintln!("found by {schedule}: {bug}"),
        None => panic!("no schedule shows the planted bug: {bug}"),
    }
}

/// How many schedules it took to see the model fail; none if it did not.
fn tries<F: Future + 'static>(
    scheduler: impl Scheduler + 'static,
    model: fn() -> F,
) -> Option<usize> {
    let tried = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tried);
    let runs = AssertUnwindSafe(|| {
        run(scheduler, FailurePersistence::None, move || {
            counter.fetch_add(1, Ordering::Relaxed);
            in_a_node(model);
        });
    });
    let failed = catch_unwind(runs).is_err();
    failed.then(|| tried.load(Ordering::Relaxed))
}

fn explore<F: Future + 'static>(
    scheduler: impl Scheduler + 'static,
    failures: FailurePersistence,
    model: fn() -> F,
) {
    run(scheduler, failures, move || in_a_node(model));
}

fn run(
    scheduler: impl Scheduler + 'static,
    failures: FailurePersistence,
    model: impl Fn() + Send + Sync + 'static,
) {
    let mut config = Config::new();
    config.stack_size = 1 << 18; // futures are large before they are optimised
    config.failure_persistence = failures;
    config.max_steps = MaxSteps::FailAfter(20_000);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(model);
}

fn in_a_node<F: Future + 'static>(model: fn() -> F) {
    process::disable_panic_hook();
    block_on(async {
        let node = Node::new();
        node.run(model()).await;
        while node.process_count() > 0 {
            yield_now().await; // a process that stays is a run without end, which fails
        }
        assert!(
            node.names().is_empty(),
            "names are left: {:?}",
            node.names()
        );
    });
}
