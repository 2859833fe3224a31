//! Supervisors under `sys`: ordinary servers, held still and looked into (Y-1, Y-2).

use actor_core::sys::{self, Event};
use actor_core::{Address, CallError, ExitReason};
use actor_supervisor::{DynamicSupervisor, SupervisorClient};

use crate::support::{
    Boss, HOUR, Log, Order, Plan, SECOND, SUP, Worker, children, inside, is_free, isolated, kill,
    over, pid, restarts, start_below, sum, trapping, worker,
};

#[tokio::test(start_paused = true)]
async fn a_suspended_supervisor_restarts_nobody_until_it_goes_on() {
    // Y-2, S-29: so many deaths at once as a test likes
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b", "c"], &log);
        let sup = over(&plans).start_link().await.unwrap();
        sys::suspend(&SUP).await.unwrap();
        kill("a").await;
        kill("b").await;
        tokio::time::sleep(HOUR).await;
        assert!(is_free("a") && is_free("b"));
        let asked = sup.within(SECOND).which_children().await;
        assert_eq!(asked.unwrap_err(), CallError::Timeout);
        sys::resume(&SUP).await.unwrap();
        assert_eq!(
            children(&sup).await,
            ["c running", "b running", "a running"]
        );
        assert_eq!(restarts(&sup, "a").await, 1);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn deaths_that_came_while_it_was_suspended_count_together() {
    // Y-2, S-27: four within the window are one too many, in whatever order they are seen
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b", "c", "d"], &log);
        let sup = over(&plans).start().await.unwrap();
        sys::suspend(&sup).await.unwrap();
        for label in ["c", "a", "d", "b"] {
            kill(label).await;
        }
        assert!(sup.is_alive());
        sys::resume(&sup).await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_suspended_supervisor_stops_its_children_when_it_is_stopped_or_its_parent_ends() {
    // Y-2, G-42, S-19
    isolated(async {
        let log = Log::default();
        let plans = trapping(["a", "b"], &log);
        let down = [
            "terminate b: shutdown",
            "end b",
            "terminate a: shutdown",
            "end a",
        ];
        let sup = over(&plans).start().await.unwrap();
        sys::suspend(&sup).await.unwrap();
        log.take();
        sup.stop().await.unwrap();
        assert_eq!(log.take(), down);

        let boss = Boss::mortal().await;
        let sup = start_below(&boss, over(&plans)).await;
        sys::suspend(&sup).await.unwrap();
        log.take();
        boss.stop().await.unwrap();
        assert_eq!(sup.exited().await, ExitReason::Normal);
        assert_eq!(log.take(), down);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_is_asked_by_its_address_through_its_restarts() {
    // Y-1, Y-3
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start().await.unwrap();
        let a = sup.child::<Worker>("a").await.unwrap();
        for _life in 0..2 {
            worker("a").cast(Order::Add(1));
            sys::suspend(&a).await.unwrap();
            worker("a").cast(Order::Add(2));
            let asked = sys::get_state(&a.within(SECOND), |worker| worker.sum).await;
            assert_eq!(asked, Ok(1));
            sys::resume(&a).await.unwrap();
            assert_eq!(sum("a").await, 3);
            kill("a").await;
            sup.which_children().await.unwrap();
        }
        let gone = kill("a").await;
        assert_ne!(a.pid(), Some(gone));
        sup.stop().await.unwrap();
        let asked = sys::get_state(&a, |worker| worker.sum).await;
        assert_eq!(asked, Err(CallError::NoProc.into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_supervisor_tells_its_settings_and_counts_its_children() {
    // Y-3, G-49
    isolated(async {
        let log = Log::default();
        let boss = Boss::trapping(&log).await;
        let sup = start_below(&boss, over(&[Plan::new("a", &log), Plan::new("b", &log)])).await;
        sup.terminate_child("b").await.unwrap();
        let status = sys::get_status(&SUP).await.unwrap();
        assert_eq!(
            status.state,
            "OneForOne, at most 3 restarts in 5s, children: 1 active of 2"
        );
        assert_eq!(status.parent, Some(boss.pid()));
        assert_eq!(status.name.as_deref(), Some("sup"));

        let dynamic = DynamicSupervisor::builder().max_restarts(7);
        let dynamic = dynamic.start().await.unwrap();
        let status = sys::get_status(&dynamic).await.unwrap();
        assert_eq!(
            status.state,
            "OneForOne, at most 7 restarts in 5s, children: 0 active of 0"
        );
        dynamic.stop().await.unwrap();
        let of_a = sys::get_status(&pid("a")).await.unwrap();
        assert_eq!(of_a.parent, Some(sup.pid()));
        inside(&boss, async move { sup.stop().await }).await;
        boss.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_supervisor_tells_what_it_was_asked_by_name() {
    // Y-5
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start().await.unwrap();
        sys::log(&sup, 100).await.unwrap();
        kill("a").await;
        sup.which_children().await.unwrap();
        sup.terminate_child("a").await.unwrap();
        let events = sys::get_log(&sup).await.unwrap();
        let handled = events
            .iter()
            .filter(|event| !matches!(event, Event::State(_)));
        let handled: Vec<_> = handled.map(Event::to_string).collect();
        assert_eq!(
            handled,
            [
                "in exit",
                "in which_children",
                "out which_children",
                "in terminate_child",
                "out terminate_child",
                "in exit", // of the child that it has stopped
            ]
        );
        sup.stop().await.unwrap();
    })
    .await;
}
