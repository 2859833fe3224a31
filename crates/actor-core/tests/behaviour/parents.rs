//! Whoever starts a process with a link is its parent, whose exit is an order to stop.

use std::time::Duration;

use actor_core::testing::isolated;
use actor_core::{Address, ExitReason, Next};

use crate::witness::Heard::{Exit, Terminate, Word};
use crate::witness::{Watched, wait};

const SECOND: Duration = Duration::from_secs(1);

/// A parent, which does not trap exits, and its child, which does.
async fn family() -> (Watched, Watched) {
    let parent = Watched::start().await;
    let child = parent.child().await;
    child.does(|cx| cx.trap_exit(true)).await;
    (parent, child)
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_parent_stops_a_trapping_server_whatever_the_reason() {
    // G-11, G-39, G-42: it is no message, also `normal`
    isolated(async {
        let boom = ExitReason::custom("boom");
        for reason in [ExitReason::Normal, ExitReason::Shutdown, boom] {
            let (parent, child) = family().await;
            parent
                .server
                .stop_with(reason.clone())
                .await
                .expect("stops");
            assert_eq!(child.ends().await, reason);
            assert_eq!(child.heard(), [Terminate(reason)]);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_sent_by_the_parent_stops_and_one_sent_by_another_is_a_message() {
    // G-42, G-43
    isolated(async {
        let (parent, child) = family().await;
        let other = Watched::start().await;
        let target = child.pid();
        other.does(move |_| target.exit(ExitReason::Shutdown)).await;
        let from_other = Exit(Some(other.pid()), ExitReason::Shutdown);
        assert_eq!(child.hears().await, std::slice::from_ref(&from_other));
        let target = child.pid();
        parent.does(move |_| target.exit(ExitReason::Normal)).await;
        assert_eq!(child.ends().await, ExitReason::Normal);
        assert_eq!(child.heard(), [from_other, Terminate(ExitReason::Normal)]);
        parent.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_trap_survives_the_normal_end_of_its_parent_and_no_other() {
    // G-42, G-40
    isolated(async {
        let parent = Watched::start().await;
        let child = parent.child().await;
        parent.stop().await;
        assert_eq!(child.hears().await, []);
        child.stop().await;

        let parent = Watched::start().await;
        let child = parent.child().await;
        let quiet = ExitReason::Shutdown;
        parent.server.stop_with(quiet.clone()).await.expect("stops");
        assert_eq!(child.ends().await, quiet);
        assert_eq!(child.heard(), [], "without `terminate`");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_lies_before_the_exit_of_the_parent_is_handled_first_and_what_lies_behind_is_dropped()
{
    // G-41, G-12
    isolated(async {
        let (parent, child) = family().await;
        child.server.cast(wait(async {
            tokio::time::sleep(SECOND).await;
            Ok(Next::NoReply)
        }));
        tokio::task::yield_now().await;
        child.word("before");
        let shutdown = ExitReason::Shutdown;
        parent
            .server
            .stop_with(shutdown.clone())
            .await
            .expect("stops");
        child.word("behind");
        assert!(child.server.is_alive());
        assert_eq!(child.ends().await, shutdown);
        assert_eq!(child.heard(), [Word("before"), Terminate(shutdown)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_queue_before_the_exit_of_the_parent_ends_in_a_kill() {
    // G-40, G-41: what a supervisor does when the time for a shutdown is over
    isolated(async {
        let (parent, child) = family().await;
        for _ in 0..10 {
            child.server.cast(wait(async {
                tokio::time::sleep(SECOND).await;
                Ok(Next::NoReply)
            }));
        }
        let target = child.pid();
        parent
            .does(move |_| target.exit(ExitReason::Shutdown))
            .await;
        let in_time = tokio::time::timeout(5 * SECOND, child.server.exited()).await;
        assert!(in_time.is_err(), "it still works through its queue");
        let target = child.pid();
        parent.does(|cx| cx.trap_exit(true)).await;
        parent.does(move |_| target.exit(ExitReason::Kill)).await;
        assert_eq!(child.ends().await, ExitReason::Killed);
        assert_eq!(child.heard(), [], "`terminate` did not run");
        let expected = [Exit(Some(child.pid()), ExitReason::Killed)];
        assert_eq!(parent.hears().await, expected);
        parent.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_start_without_a_link_makes_no_parent() {
    // G-9: neither a link nor an order
    isolated(async {
        let starter = Watched::start().await;
        let started = starter.runs(Watched::trapping()).await;
        let target = started.pid();
        starter
            .does(move |_| target.exit(ExitReason::Shutdown))
            .await;
        let expected = [Exit(Some(starter.pid()), ExitReason::Shutdown)];
        assert_eq!(started.hears().await, expected);
        starter.server.exit(ExitReason::Kill);
        starter.ends().await;
        assert_eq!(started.hears().await, expected);
        started.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_start_in_plain_code_has_no_parent() {
    // an exit by plain code is a message, as from any stranger
    isolated(async {
        let started = Watched::start_link().await;
        started.does(|cx| cx.trap_exit(true)).await;
        started.server.exit(ExitReason::Shutdown);
        let expected = [Exit(None, ExitReason::Shutdown)];
        assert_eq!(started.hears().await, expected);
        started.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn anybody_may_ask_who_was_started_with_a_link_and_lives() {
    isolated(async {
        let parent = Watched::start().await;
        let (first, second) = (parent.child().await, parent.child().await);
        let grandchild = second.child().await;
        let pid = parent.pid();
        assert_eq!(pid.linked_children(), [first.pid(), second.pid()]);
        assert_eq!(second.pid().linked_children(), [grandchild.pid()]);
        first.stop().await;
        assert_eq!(pid.linked_children(), [second.pid()]);
        pid.exit(ExitReason::Kill);
        pid.exited().await;
        assert_eq!(pid.linked_children(), [], "the others are orphans");
        grandchild.ends().await;
    })
    .await;
}
