//! [`Running`]: one application of a run, from the outside.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use actor_core::{ActorRef, AsPid, ExitReason, Exited, Pid, StartError};
use futures_util::future::{Either, select};

use crate::application::erased::{AnyApplication, Facts};
use crate::application::error::ApplicationError;
use crate::application::fallout::End;
use crate::application::master::{self, Master};
use crate::application::phase::Phase;
use crate::application::report::ApplicationEnd;
use crate::application::survivors::survivors;
use crate::burial::bury;
use crate::rt::{Clock, timeout, watch};

/// An application whose process exists. Dropped, it is killed with its tree, so that nothing outlives
/// its run.
pub(super) struct Running {
    pub(super) facts: Facts,
    /// Its process.
    pub(super) master: Pid,
    pub(super) exited: Exited,
    phase: watch::Receiver<Phase>,
}

/// Makes the process of an application whose dependencies run.
pub(super) async fn launch(
    application: AnyApplication,
) -> Result<(Running, ActorRef<Master>), ApplicationError> {
    let AnyApplication { facts, callbacks } = application;
    let is_missing = |name: &&String| master::whereis(name).is_none();
    if let Some(dependency) = facts.dependencies.iter().find(is_missing) {
        return Err(ApplicationError::NotStarted {
            application: facts.name.clone(),
            dependency: dependency.clone(),
        });
    }
    let (sender, phase) = watch::channel(Phase::Starting);
    let application = facts.name.clone();
    match master::launch(facts.name.clone(), callbacks, sender).await {
        Ok(master) => {
            let running = Running {
                facts,
                master: master.as_pid(),
                exited: master.exited(),
                phase,
            };
            Ok((running, master))
        }
        Err(StartError::AlreadyStarted(pid)) => {
            Err(ApplicationError::AlreadyStarted { application, pid })
        }
        Err(error) => Err(ApplicationError::StartFailed { application, error }),
    }
}

impl Running {
    /// Stops it within its limit, unless that is cut short.
    pub(super) async fn stop(
        &self,
        force: Pin<&mut (dyn Future<Output = ()> + Send)>,
    ) -> ApplicationEnd {
        let clock = Clock::start();
        let stopped = async {
            let _ = self.master.stop().await; // whatever it says, what counts is how it ended
            self.gone().await
        };
        let stopped = pin!(timeout(self.facts.stop_limit, stopped));
        match select(stopped, force).await {
            Either::Left((Ok(reason), _)) => ApplicationEnd::of(End::of(reason), clock.now()),
            Either::Left((Err(_), _)) | Either::Right(_) => ApplicationEnd::Stuck {
                waited: clock.now(),
                phase: *self.phase.borrow(),
                survivors: survivors(&self.master),
            },
        }
    }

    /// Waits until nothing is left of it, also if its process was killed, and left its tree behind.
    pub(super) async fn gone(&self) -> ExitReason {
        let reason = self.master.exited().await;
        bury(&self.master, &reason).await;
        reason
    }
}

impl Drop for Running {
    /// Kills whatever is left: a supervisor that waits for a child without limit hears of nothing else.
    fn drop(&mut self) {
        let below = survivors(&self.master);
        self.master.exit(ExitReason::Kill);
        for survivor in below {
            survivor.pid.exit(ExitReason::Kill);
        }
    }
}

impl ApplicationEnd {
    pub(super) fn of(end: End, took: Duration) -> Self {
        match end {
            End::Stopped => Self::Stopped { took },
            End::ByItself(reason) => Self::ByItself(reason),
        }
    }
}
