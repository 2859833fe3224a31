//! Restarts that wait: how long, what goes on meanwhile, and what ends the wait. OTP has no delay;
//! all other rules hold.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{ExitReason, Name, sys};
use actor_supervisor::{
    Backoff, DynamicSupervisorClient, Restart, Strategy, SupervisorClient, SupervisorRef,
    SupervisorSpec, TerminateChildError,
};
use tokio::time::sleep;

use crate::dynamic::dynamic;
use crate::support::{
    Begin, Boss, HOUR, Log, Order, Plan, SECOND, Worker, assert_took, by, children, end, is_free,
    isolated, kill, now, over, pid, pids, restarts, start_below, trapping,
};

const LONG: Duration = Duration::from_secs(100);

/// A supervisor over `a`, whose restarts wait, and `b`.
fn waiting(strategy: Strategy, log: &Log, backoff: Backoff) -> SupervisorSpec {
    let [a, b] = trapping(["a", "b"], log);
    by(strategy, [])
        .max_restarts(1_000)
        .child(a.spec().restart_delay(backoff))
        .child(b.spec())
}

/// Such a supervisor; `a` is dead and waits.
async fn killed(strategy: Strategy, log: &Log, backoff: Backoff) -> SupervisorRef {
    let sup = waiting(strategy, log, backoff).start_link().await;
    let sup = sup.expect("all start");
    kill("a").await;
    assert_eq!(children(&sup).await, ["b running", "a restarting"]);
    sup
}

/// Waits until `a` runs again.
async fn back() {
    let a = Name::<Worker>::new("a");
    a.wait(10_000 * HOUR).await.expect("it comes back");
}

#[tokio::test(start_paused = true)]
async fn each_wait_is_twice_as_long_up_to_the_longest() {
    // S-40 but for the delay. A life that is long enough begins a new row.
    isolated(async {
        let log = Log::default();
        let backoff = Backoff::exponential(SECOND, 5 * SECOND).reset_after(60 * SECOND);
        let spec = waiting(Strategy::OneForOne, &log, backoff);
        let sup = spec.start_link().await.unwrap();
        for seconds in [1, 2, 4, 5, 5] {
            kill("a").await;
            let begun = now();
            back().await;
            assert_took(begun, seconds * SECOND);
        }
        sleep(59 * SECOND).await;
        for (seconds, life) in [(5, 60), (1, 0), (2, 60), (1, 0)] {
            kill("a").await;
            let begun = now();
            back().await;
            assert_took(begun, seconds * SECOND);
            sleep(life * SECOND).await;
        }
        assert_eq!(restarts(&sup, "a").await, 9);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_constant_wait_is_the_same_each_time() {
    isolated(async {
        let log = Log::default();
        let backoff = Backoff::constant(3 * SECOND);
        let spec = waiting(Strategy::OneForOne, &log, backoff);
        let sup = spec.start_link().await.unwrap();
        for _ in 0..5 {
            kill("a").await;
            let begun = now();
            back().await;
            assert_took(begun, 3 * SECOND);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_try_that_fails_waits_for_the_next() {
    // S-40: longer each time.
    isolated(async {
        let log = Log::default();
        let begins = [Begin::Ready, Begin::Error, Begin::Panic, Begin::Ready];
        let a = Plan::new("a", &log).begins(begins);
        let spec = a.spec().restart_delay(Backoff::exponential(SECOND, HOUR));
        let sup = over([]).child(spec).start_link().await.unwrap();
        kill("a").await;
        let begun = now();
        for (starts, seconds) in [(2, 1), (3, 3), (4, 7)] {
            wait_until_starts(&a, starts).await;
            assert_took(begun, seconds * SECOND);
        }
        assert_eq!(children(&sup).await, ["a running"]);
        sup.stop().await.unwrap();
    })
    .await;
}

async fn wait_until_starts(plan: &Plan, starts: usize) {
    while plan.starts() < starts {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn only_restarts_by_the_supervisor_wait() {
    // S-23: neither the first start, nor one by hand, nor an end without a restart.
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).spec();
        let a = a
            .restart(Restart::Transient)
            .restart_delay(Backoff::constant(LONG));
        let sup = over([]).start_link().await.unwrap();
        let begun = now();
        sup.start_child(a).await.unwrap();
        end("a", Order::End(ExitReason::Normal)).await;
        assert_eq!(children(&sup).await, ["a undefined"]);
        sup.restart_child("a").await.unwrap();
        assert_took(begun, Duration::ZERO);
        kill("a").await;
        assert_eq!(children(&sup).await, ["a restarting"]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_and_the_parents_exit_are_obeyed_while_it_waits() {
    // S-41, S-20: at once, with no start any more.
    isolated(async {
        let log = Log::default();
        let sup = killed(Strategy::OneForOne, &log, Backoff::constant(LONG)).await;
        let begun = now();
        sup.stop().await.unwrap();
        assert_took(begun, Duration::ZERO);

        let boss = Boss::trapping(&log).await;
        let backoff = Backoff::constant(LONG);
        let spec = waiting(Strategy::OneForOne, &log, backoff);
        let sup = start_below(&boss, spec).await;
        kill("a").await;
        let begun = now();
        boss.stop().await.unwrap();
        sup.exited().await;
        assert_took(begun, Duration::ZERO);
        sleep(2 * LONG).await;
        assert_eq!(log.count("init a"), 2);
        assert!(is_free("a") && is_free("b"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn terminate_child_cancels_the_wait_and_its_timer_does_nothing() {
    // S-43, S-44: also if the child was started by hand meanwhile, or waits anew.
    isolated(async {
        let log = Log::default();
        let sup = killed(Strategy::OneForOne, &log, Backoff::constant(LONG)).await;
        sup.terminate_child("a").await.unwrap();
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);
        sleep(2 * LONG).await;
        assert_eq!(children(&sup).await, ["b running", "a undefined"]);

        sup.restart_child("a").await.unwrap();
        kill("a").await;
        sleep(LONG / 2).await;
        sup.terminate_child("a").await.unwrap();
        sup.restart_child("a").await.unwrap();
        let second = kill("a").await;
        let begun = now();
        back().await; // the timer of the wait before fires in the middle
        assert_took(begun, LONG);
        assert!(pid("a") > second);
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn siblings_run_on_and_are_looked_after_while_it_waits() {
    // S-32, S-41.
    isolated(async {
        let log = Log::default();
        let sup = killed(Strategy::OneForOne, &log, Backoff::constant(LONG)).await;
        let begun = now();
        let before = kill("b").await;
        assert_eq!(children(&sup).await, ["b running", "a restarting"]);
        assert_ne!(pid("b"), before);
        sup.start_child(Plan::new("c", &log).spec()).await.unwrap();
        assert_took(begun, Duration::ZERO);
        back().await;
        let listed = ["c running", "b running", "a running"];
        assert_eq!(children(&sup).await, listed);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_counts_when_it_is_due() {
    // S-27, S-26: a limit of none is exceeded then, not before; waits that are longer than the
    // window never add up.
    isolated(async {
        let log = Log::default();
        let backoff = Backoff::constant(LONG);
        let spec = waiting(Strategy::OneForOne, &log, backoff).max_restarts(0);
        let sup = spec.start_link().await.unwrap();
        kill("a").await;
        let begun = now();
        assert_eq!(children(&sup).await, ["b running", "a restarting"]);
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
        assert_took(begun, LONG);
        assert_eq!(log.count("init a"), 1);

        let spec = waiting(Strategy::OneForOne, &log, backoff).max_restarts(1);
        let sup = spec.start_link().await.unwrap();
        for _ in 0..10 {
            kill("a").await;
            back().await;
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_group_is_cycled_when_the_restart_is_due() {
    // S-33, S-34: until then the others run.
    isolated(async {
        for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
            let log = Log::default();
            let sup = killed(strategy, &log, Backoff::constant(LONG)).await;
            let begun = now();
            let before = pid("b");
            log.take();
            sleep(LONG / 2).await;
            assert!(log.take().is_empty());
            back().await;
            assert_took(begun, LONG);
            assert_eq!(children(&sup).await, ["b running", "a running"]);
            let order = ["terminate b: shutdown", "end b", "init a", "init b"];
            assert_eq!(log.take(), order, "{strategy:?}");
            assert_ne!(pid("b"), before);
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_crash_of_a_sibling_does_not_wait_and_takes_the_waiting_one_along() {
    // S-33, S-35, S-44: its own timer finds it running and does nothing.
    isolated(async {
        let log = Log::default();
        let sup = killed(Strategy::OneForAll, &log, Backoff::constant(LONG)).await;
        let begun = now();
        kill("b").await;
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        assert_took(begun, Duration::ZERO);
        let present = pids(["a", "b"]);
        sleep(2 * LONG).await;
        assert_eq!(children(&sup).await, ["b running", "a running"]);
        assert_eq!(pids(["a", "b"]), present);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_came_due_while_the_supervisor_was_busy_does_not_shorten_the_next_wait() {
    // S-44: its message lies behind the exit of `b`, whose cycle lets `a` wait anew.
    isolated(async {
        let log = Log::default();
        let [a, b, c] = ["a", "b", "c"].map(|label| Plan::new(label, &log));
        let a = a.begins([Begin::Ready, Begin::Error, Begin::Ready]);
        let spec = a.spec().restart_delay(Backoff::constant(LONG));
        let sup = by(Strategy::RestForOne, [&b]).child(spec);
        let sup = sup.start_link().await.unwrap();
        kill("a").await;
        let begun = now();
        sleep(LONG - SECOND / 2).await;
        let c = c.begins([Begin::Slow(SECOND)]).spec();
        let busy = async { sup.start_child(c.restart(Restart::Temporary)).await };
        let meanwhile = async {
            wait_until(|| !is_free("c")).await;
            kill("b").await;
        };
        let (started, ()) = tokio::join!(busy, meanwhile);
        started.unwrap();
        let waits = ["a restarting", "b running"];
        assert_eq!(children(&sup).await, waits);
        sleep(LONG / 2).await;
        assert_eq!(
            (children(&sup).await, a.starts()),
            (waits.map(Into::into).into(), 2)
        );
        back().await;
        assert_took(begun, 2 * LONG + SECOND / 2);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_dynamic_child_waits_under_its_old_pid() {
    // D-10, D-6.
    isolated(async {
        let log = Log::default();
        let sup = dynamic().max_children(1).start_link().await.unwrap();
        let spec = || {
            let spec = Plan::new("a", &log).spec();
            spec.restart_delay(Backoff::constant(LONG))
        };
        sup.start_child(spec()).await.unwrap();
        let former = kill("a").await;
        let begun = now();
        let counts = sup.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active), (1, 0));
        sup.start_child(spec()).await.unwrap_err();
        sup.terminate_child(former.clone()).await.unwrap();
        let again = sup.terminate_child(former.clone()).await;
        assert_eq!(again, Err(TerminateChildError::NotFound(former)));
        assert_took(begun, Duration::ZERO);
        sleep(2 * LONG).await;
        assert!(is_free("a"));

        sup.start_child(spec()).await.unwrap();
        kill("a").await;
        let begun = now();
        back().await;
        assert_took(begun, LONG);
        sup.stop().await.unwrap();
    })
    .await;
}

// F-48
#[tokio::test(start_paused = true)]
async fn the_shortest_and_the_longest_waits_are_legal() {
    isolated(async {
        for (backoff, waits) in [
            (Backoff::constant(Duration::ZERO), false),
            (Backoff::exponential(Duration::ZERO, Duration::MAX), false),
            (Backoff::constant(Duration::MAX), true),
            (Backoff::exponential(Duration::MAX, Duration::MAX), true),
            (Backoff::exponential(HOUR, Duration::ZERO), false),
        ] {
            let log = Log::default();
            let backoff = backoff.reset_after(Duration::MAX);
            let spec = waiting(Strategy::OneForOne, &log, backoff);
            let sup = spec.start_link().await.unwrap();
            for _ in 0..40 {
                if waits {
                    kill("a").await;
                    assert_eq!(children(&sup).await, ["b running", "a restarting"]);
                    sup.terminate_child("a").await.unwrap();
                    sup.restart_child("a").await.unwrap();
                } else {
                    kill("a").await;
                    wait_until(|| !is_free("a")).await;
                }
            }
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_was_cancelled_leaves_no_timer() {
    // S-43, TM-4: the supervisor is told nothing later.
    isolated(async {
        let log = Log::default();
        let sup = killed(Strategy::OneForOne, &log, Backoff::constant(LONG)).await;
        sup.terminate_child("a").await.unwrap();
        sys::statistics(&sup).await.unwrap();
        sleep(2 * LONG).await;
        let told = sys::get_statistics(&sup).await.unwrap();
        assert_eq!(told.unwrap().messages_in, 0);
        sup.stop().await.unwrap();
    })
    .await;
}
