//! Links and monitors together: races with a death, order, and what stays of the dead.

use std::sync::{Arc, Weak};

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{Address, ExitReason, MonitorRef};

use crate::probe::{Ask, probe, seen};

#[tokio::test(start_paused = true)]
async fn an_unlinked_peer_survives_both_ways() {
    // P-13, P-16
    isolated(async {
        for first_dies in [true, false] {
            let (a, b) = (probe().await, probe().await);
            a.call(|reply| Ask::Link { to: b.pid(), reply })
                .await
                .expect("replies");
            a.call(|reply| Ask::Unlink {
                from: b.pid(),
                reply,
            })
            .await
            .expect("replies");
            let (dies, lives) = if first_dies { (a, b) } else { (b, a) };
            dies.exit(ExitReason::Kill);
            dies.exited().await;
            assert_eq!(seen(&lives).await, Vec::<String>::new());
            lives.stop().await.expect("stops");
        }
    })
    .await;
}

on_every_runtime! {
    async fn nothing_arrives_after_an_unlink_that_races_the_death() {
        // P-16, F-53
        isolated(async {
            let watcher = probe().await;
            watcher
                .call(|reply| Ask::Trap { traps: true, reply })
                .await
                .expect("replies");
            for _ in 0..2000 {
                let target = probe().await;
                watcher
                    .call(|reply| Ask::Link {
                        to: target.pid(),
                        reply,
                    })
                    .await
                    .expect("replies");
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                let from = target.pid();
                watcher
                    .call(|reply| Ask::Unlink { from, reply })
                    .await
                    .expect("replies");
                let before = seen(&watcher).await.len();
                target.exited().await;
                assert_eq!(seen(&watcher).await.len(), before);
                killer.join().expect("no panic");
            }
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_not_taken_away_by_somebody_who_got_hold_of_its_reference() {
    // P-23
    isolated(async {
        let (owner, stranger, target) = (probe().await, probe().await, probe().await);
        let call = owner.call(|reply| Ask::Monitor {
            target: target.pid(),
            reply,
        });
        let monitor: MonitorRef = call.await.expect("replies");
        for flush in [false, true] {
            let monitor = monitor.clone();
            let call = stranger.call(|reply| Ask::Demonitor {
                monitor,
                flush,
                reply,
            });
            call.await.expect("replies");
        }
        target.stop().await.expect("stops");
        assert_eq!(seen(&owner).await, ["down: normal"]);
        owner.stop().await.expect("stops");
        stranger.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_exit_comes_before_a_down_of_the_same_death() {
    // P-24: not promised by OTP, but the same each time here
    isolated(async {
        let (watcher, target) = (probe().await, probe().await);
        watcher
            .call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        watcher
            .call(|reply| Ask::Monitor {
                target: target.pid(),
                reply,
            })
            .await
            .expect("replies");
        watcher
            .call(|reply| Ask::Link {
                to: target.pid(),
                reply,
            })
            .await
            .expect("replies");
        target.exit(ExitReason::Kill);
        target.exited().await;
        assert_eq!(seen(&watcher).await, ["exit: killed", "down: killed"]);
        watcher.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_tables_of_the_living_keep_nothing_of_the_dead() {
    // P-17, P-25, R16: the reason of each dead process is freed while its peer lives
    isolated(async {
        let peer = probe().await;
        let mut reasons: Vec<Weak<()>> = Vec::new();
        for linked in [true, false] {
            let other = probe().await;
            match linked {
                true => drop(
                    peer.call(|reply| Ask::Link {
                        to: other.pid(),
                        reply,
                    })
                    .await,
                ),
                false => drop(
                    other
                        .call(|r| Ask::Monitor {
                            target: peer.pid(),
                            reply: r,
                        })
                        .await,
                ),
            }
            peer.call(|reply| Ask::Unlink {
                from: other.pid(),
                reply,
            })
            .await
            .expect("replies");
            let reason = Arc::new(());
            reasons.push(Arc::downgrade(&reason));
            other
                .stop_with(ExitReason::custom(reason))
                .await
                .expect("stops");
        }
        tokio::task::yield_now().await;
        let kept = reasons
            .iter()
            .filter(|reason| reason.upgrade().is_some())
            .count();
        assert_eq!(kept, 0);
        peer.stop().await.expect("stops");
    })
    .await;
}

on_every_runtime! {
    async fn a_second_link_to_a_dying_peer_does_not_lose_its_reason() {
        // P-13, P-17: one EXIT, with the true reason, and no `noproc`
        isolated(async {
            for _ in 0..500 {
                let (watcher, target) = (probe().await, probe().await);
                let trap = watcher.call(|reply| Ask::Trap { traps: true, reply });
                trap.await.expect("replies");
                let to = target.pid();
                let link = watcher.call(|reply| Ask::Link { to, reply });
                link.await.expect("replies");
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                let to = target.pid();
                let again = watcher.call(|reply| Ask::Link { to, reply });
                again.await.expect("replies");
                target.exited().await;
                killer.join().expect("no panic");
                let heard = seen(&watcher).await;
                // Linked again after the death was heard, the peer is dead: that is another link.
                assert_eq!(heard[0], "exit: killed", "{heard:?}");
                watcher.stop().await.expect("stops");
            }
        })
        .await;
    }
}
