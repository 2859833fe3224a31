//! A derived spec is the one that its words would be by hand, field by field.

use std::time::Duration;

use actor_otp::ChildType;
use actor_otp::prelude::*;

/// Holds the spec of a server with some words against the spec by hand.
macro_rules! server {
    ($test:ident, [$($word:tt)*], $($by_hand:tt)*) => {
        #[test]
        fn $test() {
            struct Server;

            #[actor($($word)*)]
            impl GenServer for Server {
                async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
                    Ok(Self.into())
                }
            }

            let spec = ChildSpec::new(ChildId::of::<Server>(), || Server::start_link(()));
            is_same(&Server::child_spec(()), &(spec $($by_hand)*));
            let once = ChildSpec::once(ChildId::of::<Server>(), || Server::start_link(()));
            is_same(&Server::child_spec_once(()), &(once $($by_hand)*));
            let options = Server::options(()).name("other");
            is_same(&options.child_spec(), &(ChildSpec::new(
                ChildId::of::<Server>(),
                || Server::options(()).name("other").start_link(),
            ) $($by_hand)*));
        }
    };
}

/// The same for a supervisor.
macro_rules! supervisor {
    ($test:ident, [$($word:tt)*], $($by_hand:tt)*) => {
        #[test]
        fn $test() {
            struct Tree;

            #[actor($($word)*)]
            impl Supervisor for Tree {
                fn init((): ()) -> SupervisorSpec {
                    SupervisorSpec::new(Strategy::OneForOne)
                }
            }

            let spec = ChildSpec::new(ChildId::of::<Tree>(), || Tree::start_link(()));
            let spec = spec.child_type(ChildType::Supervisor);
            is_same(&Tree::child_spec(()), &(spec $($by_hand)*));
        }
    };
}

fn is_same<H>(derived: &ChildSpec<H>, by_hand: &ChildSpec<H>) {
    assert_eq!(derived.get_id(), by_hand.get_id());
    assert_eq!(derived.get_restart(), by_hand.get_restart());
    assert_eq!(derived.get_shutdown(), by_hand.get_shutdown());
    assert_eq!(derived.get_child_type(), by_hand.get_child_type());
    assert_eq!(derived.get_significant(), by_hand.get_significant());
    // All fields, those included that cannot be asked for.
    assert_eq!(format!("{derived:?}"), format!("{by_hand:?}"));
}

server!(without_words, [],);
server!(with_a_name, [name = "server"],);
server!(with_an_id, [id = "server"], .id("server"));
server!(permanent, [restart = "permanent"], .restart(Restart::Permanent));
server!(transient, [restart = "transient"], .restart(Restart::Transient));
server!(temporary, [restart = "temporary"], .restart(Restart::Temporary));
server!(
    shut_down_in_milliseconds,
    [shutdown = "250ms"],
    .shutdown(Shutdown::After(Duration::from_millis(250)))
);
server!(
    shut_down_in_microseconds,
    [shutdown = "5s 7us"],
    .shutdown(Shutdown::After(Duration::from_micros(5_000_007)))
);
server!(
    shut_down_in_minutes,
    [shutdown = "2m"],
    .shutdown(Shutdown::After(Duration::from_secs(120)))
);
server!(
    shut_down_in_no_time,
    [shutdown = "0s"],
    .shutdown(Shutdown::After(Duration::ZERO))
);
server!(patient, [shutdown = "infinity"], .shutdown(Shutdown::Infinity));
server!(brutal, [shutdown = "brutal_kill"], .shutdown(Shutdown::BrutalKill));
server!(
    significant,
    [significant, restart = "transient"],
    .significant(true).restart(Restart::Transient)
);
server!(
    with_all_words,
    [
        name = "server", id = "the server", restart = "temporary", shutdown = "1m 30s",
        significant, crate = actor_otp
    ],
    .id("the server")
        .restart(Restart::Temporary)
        .shutdown(Shutdown::After(Duration::from_secs(90)))
        .significant(true)
);

supervisor!(supervisor_without_words, [],);
supervisor!(
    supervisor_with_all_words,
    [
        name = "tree", id = "the tree", restart = "transient", shutdown = "2m", significant,
        crate = ::actor_otp
    ],
    .id("the tree")
        .restart(Restart::Transient)
        .shutdown(Shutdown::After(Duration::from_secs(120)))
        .significant(true)
);

struct ByHand;

#[actor(id = "derived", shutdown = "brutal_kill")]
impl GenServer for ByHand {
    async fn init(_size: u8, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    fn child_spec(size: u8) -> ChildSpec<ActorRef<Self>> {
        ChildSpec::new("by hand", move || Self::start_link(size))
    }
}

#[test]
fn a_child_spec_in_the_block_takes_the_place_of_the_derived_one() {
    fn spec_of<T: Supervised<Args = u8>>() -> ChildSpec<T::Handle> {
        T::child_spec(3)
    }
    let by_hand = ChildSpec::new("by hand", || ByHand::start_link(3));
    is_same(&ByHand::child_spec(3), &by_hand);
    is_same(&spec_of::<ByHand>(), &by_hand);
}
