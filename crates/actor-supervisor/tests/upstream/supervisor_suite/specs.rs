//! What a child spec and the settings of a supervisor may say.

use std::time::Duration;

use actor_core::{ActorRef, ExitReason, StartError};
use actor_supervisor::{
    AutoShutdown, ChildSpec, ChildType, Restart, Shutdown, SpecError, StartChildError, Strategy,
    SupervisorClient, SupervisorSpec,
};

use crate::support::{Log, Plan, Worker, children, isolated, over};

const RESTARTS: [Restart; 3] = [Restart::Permanent, Restart::Transient, Restart::Temporary];
const TYPES: [ChildType; 2] = [ChildType::Supervisor, ChildType::Worker];
const SHUTDOWNS: [Shutdown; 4] = [
    Shutdown::After(Duration::ZERO),
    Shutdown::After(Duration::from_secs(1)),
    Shutdown::Infinity,
    Shutdown::BrutalKill,
];
const AUTO_SHUTDOWNS: [AutoShutdown; 3] = [
    AutoShutdown::Never,
    AutoShutdown::AnySignificant,
    AutoShutdown::AllSignificant,
];

fn child() -> ChildSpec<ActorRef<Worker>> {
    Plan::new("child", &Log::default()).spec()
}

fn empty() -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne)
}

/// Why the start fails.
async fn refused(spec: SupervisorSpec) -> SpecError {
    let Err(StartError::Failed(why)) = spec.start_link().await else {
        panic!("another outcome");
    };
    let why: Option<&SpecError> = why.as_error().and_then(|error| error.downcast_ref());
    why.cloned().expect("a spec error")
}

#[tokio::test(start_paused = true)]
async fn child_specs() {
    // S-2, S-4, S-54
    // DIFFERENCE: bad values of single fields do not compile.
    isolated(async {
        for restart in RESTARTS {
            for shutdown in SHUTDOWNS {
                for child_type in TYPES {
                    let child = child().restart(restart).shutdown(shutdown);
                    let checked = empty().child(child.child_type(child_type)).check();
                    assert_eq!(checked, Ok(()), "{restart:?} {shutdown:?} {child_type:?}");
                }
            }
        }
        let twice = || empty().child(child()).child(child());
        let duplicate = SpecError::DuplicateId("child".into());
        assert_eq!(twice().check(), Err(duplicate.clone()));
        assert_eq!(refused(twice()).await, duplicate);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn child_specs_map() {
    // S-2, S-59
    // DIFFERENCE: as child_specs. Two mistakes at once give one error: that of the child alone.
    isolated(async {
        for auto_shutdown in AUTO_SHUTDOWNS {
            for restart in RESTARTS {
                for significant in [false, true] {
                    let child = child().restart(restart).significant(significant);
                    let spec = empty().auto_shutdown(auto_shutdown).child(child);
                    let id = || "child".into();
                    let expected = match (significant, restart, auto_shutdown) {
                        (false, _, _) => Ok(()),
                        (true, Restart::Permanent, _) => Err(SpecError::SignificantPermanent(id())),
                        (true, _, AutoShutdown::Never) => Err(SpecError::SignificantNever(id())),
                        (true, _, _) => Ok(()),
                    };
                    assert_eq!(spec.check(), expected, "{restart:?} {auto_shutdown:?}");
                }
            }
        }
        let significant = || child().restart(Restart::Transient).significant(true);
        let expected = SpecError::SignificantNever("child".into());
        assert_eq!(refused(empty().child(significant())).await, expected);
        let sup = over([]).start_link().await.unwrap();
        let answer = sup.start_child(significant()).await;
        assert_eq!(answer, Err(StartChildError::Invalid(expected)));
        assert_eq!(children(&sup).await, [""; 0]);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn sup_flags() {
    // S-3
    // DIFFERENCE: but for an empty window, bad flags do not compile, nor do unknown ones.
    isolated(async {
        assert_eq!(empty().max_seconds(0).check(), Err(SpecError::ZeroPeriod));
        assert_eq!(refused(empty().max_seconds(0)).await, SpecError::ZeroPeriod);
        let sup = empty().max_restarts(0).max_seconds(1);
        let sup = sup.start_link().await.unwrap();
        sup.stop_with(ExitReason::Shutdown).await.unwrap();
    })
    .await;
}
