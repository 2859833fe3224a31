//! Names against deaths.

use actor_core::{ActorRef, ExitReason, Name, Start, StartError};

use crate::puppet::{Puppet, beside, end, kill};
use crate::schedules::{find, hold};

const NAME: Name<Puppet> = Name::new("puppet");

async fn start() -> Result<ActorRef<Puppet>, StartError> {
    Puppet::options(0).name(NAME).start().await
}

/// Of those who want the name of a dying process one gets it, at the latest when its end is known (N-2).
async fn death_and_two_successors() {
    let first = start().await.expect("the name is free");
    let killed = kill(&first);
    let early = beside(start());
    assert_eq!(first.exited().await, ExitReason::Killed);
    let late = start().await;
    let early = early.await.expect("it runs");
    killed.await.expect("it runs");
    let holder = match (early, late) {
        (Ok(early), Err(StartError::AlreadyStarted(pid))) if pid == early.pid() => early,
        (Err(StartError::AlreadyStarted(pid)), Ok(late))
            if pid == first.pid() || pid == late.pid() =>
        {
            late
        }
        other => panic!("the name has one holder, not {other:?}"),
    };
    assert_eq!(NAME.whereis().map(|it| it.pid()), Some(holder.pid()));
    end([holder]).await;
    assert!(NAME.whereis().is_none());
}

#[test]
fn a_name_goes_to_one_successor() {
    hold(death_and_two_successors);
}

#[test]
fn a_name_that_is_freed_after_the_news_is_found() {
    find("a name is freed after the news", death_and_two_successors);
}
