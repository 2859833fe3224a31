//! Dead letters against those who listen.

use actor_core::{Address, Name, Node};

use crate::puppet::{Cast, Puppet, beside};
use crate::schedules::{find, hold};

const NOBODY: Name<Puppet> = Name::new("nobody");

/// A message is lost while one waits for it, and another one stops listening: who waits hears of it, once.
async fn a_letter_and_its_listeners() {
    let node = Node::current();
    let (mut listener, leaving) = (node.dead_letters(), node.dead_letters());
    let sender = beside(async { NOBODY.cast(Cast::Keep(Box::new(()))) });
    let leaver = beside(async move { drop(leaving) });
    assert_eq!(listener.recv().await.to, "nobody");
    for task in [sender, leaver] {
        task.await.expect("it runs");
    }
    assert!(listener.try_recv().is_none());
    assert_eq!(
        (listener.missed(), node.dead_letter_counts().noproc),
        (0, 1)
    );
}

#[test]
fn whoever_listens_hears_of_a_letter_once() {
    hold(a_letter_and_its_listeners);
}

#[test]
fn a_listener_that_sleeps_on_is_found() {
    find(
        "a listener sleeps after it has looked",
        a_letter_and_its_listeners,
    );
}
