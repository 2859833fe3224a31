//! Settings and specs that are replaced while the supervisor runs: what the upstream cases leave open
//! (S-69).

use std::pin::pin;
use std::sync::Arc;

use actor_core::{ExitReason, sys};
use actor_supervisor::{
    Backoff, ChildSpec, Restart, SpecError, Strategy, SupervisorClient, SupervisorSpec, UpdateError,
};
use tokio::time::sleep;

use crate::support::{Log, Plan, SECOND, by, children, isolated, kill, over};

#[tokio::test(start_paused = true)]
async fn a_child_that_was_made_temporary_while_it_waited() {
    // S-69, S-36: alone it is started; with others it goes. So does OTP.
    isolated(async {
        for (strategy, expected) in [
            (Strategy::OneForOne, vec!["b running", "a running"]),
            (Strategy::OneForAll, vec!["b running"]),
            (Strategy::RestForOne, vec!["b running"]),
        ] {
            let log = Log::default();
            let delay = Backoff::constant(SECOND);
            let spec = |restart| {
                let [a, b] = ["a", "b"].map(|label| Plan::new(label, &log).spec());
                let a = a.restart(restart).restart_delay(delay);
                by(strategy, []).child(a).child(b)
            };
            let sup = spec(Restart::Permanent).start_link().await.unwrap();
            kill("a").await;
            sup.update_specs(spec(Restart::Temporary)).await.unwrap();
            sleep(2 * SECOND).await;
            assert_eq!(children(&sup).await, expected, "{strategy:?}");
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_temporary_child_that_was_not_started_goes_with_its_group() {
    // S-36
    isolated(async {
        for (strategy, stays) in [
            (Strategy::OneForOne, true),
            (Strategy::OneForAll, false),
            (Strategy::RestForOne, false),
        ] {
            let log = Log::default();
            let sup = by(strategy, &[Plan::new("a", &log)])
                .start_link()
                .await
                .unwrap();
            let new = Plan::new("b", &log).spec().restart(Restart::Temporary);
            let new = by(strategy, &[Plan::new("a", &log)]).child(new);
            sup.update_specs(new).await.unwrap();
            kill("a").await;
            let listed = children(&sup).await;
            assert_eq!(
                listed.contains(&"b undefined".to_owned()),
                stays,
                "{strategy:?}"
            );
            sup.stop().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_spec_whose_start_function_is_gone_is_refused() {
    // S-67: what a supervisor kept of a temporary child that runs
    isolated(async {
        let log = Log::default();
        let a = Plan::new("a", &log).spec().restart(Restart::Temporary);
        let sup = over([]).child(a).start_link().await.unwrap();
        let kept = sup.get_childspec("a").await.unwrap();
        let why = SpecError::Released("a".into());
        let spec = || SupervisorSpec::new(Strategy::OneForOne).child(kept.clone());
        assert_eq!(spec().check(), Err(why.clone()));
        let refused = sup.update_specs(spec()).await;
        assert_eq!(refused, Err(UpdateError::Invalid(why)));
        sup.stop().await.unwrap();
    })
    .await;
}

/// What a start function holds of the user's, and what goes wrong with it.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("as it was told");
    }
}

fn bombs() -> SupervisorSpec {
    let bomb = |id: &str| {
        let bomb = Arc::new(Bomb);
        ChildSpec::new(id, move || {
            let _ = &bomb;
            Plan::new("bomb", &Log::default()).unnamed().start_link()
        })
    };
    over([]).child(bomb("a")).child(bomb("b"))
}

#[tokio::test(start_paused = true)]
async fn specs_whose_drop_panics_end_nobody_wherever_they_lie() {
    isolated(async {
        drop(bombs());
        let sup = over([]).start_link().await.unwrap();
        let taken = bombs().start().await;
        assert!(taken.unwrap_err().to_string().contains("already started"));
        let twice = bombs().child(Plan::new("a", &Log::default()).spec());
        assert!(matches!(
            sup.update_specs(twice).await,
            Err(UpdateError::Invalid(_))
        ));
        sup.update_specs(bombs()).await.unwrap();
        sup.update_specs(bombs()).await.unwrap();

        sys::suspend(&sup).await.unwrap();
        let mut lies_there = pin!(sup.update_specs(bombs()));
        tokio::select! {
            _ = &mut lies_there => panic!("the supervisor is suspended"),
            () = sleep(SECOND) => {}
        }
        sup.exit(ExitReason::Kill);
        assert_eq!(sup.exited().await, ExitReason::Killed);
        assert!(matches!(lies_there.await, Err(UpdateError::Call(_))));
        let late = sup.update_specs(bombs()).await;
        assert!(matches!(late, Err(UpdateError::Call(_))), "{late:?}");
    })
    .await;
}
