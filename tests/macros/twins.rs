//! Two servers with the attribute, and their twins by hand, which pass the same tests.

mod counter;
mod counter_by_hand;
mod kv_store;
mod kv_store_by_hand;

/// What a server's author writes: the lines of a file without blank ones and imports.
fn lines(file: &str) -> usize {
    let counts = |line: &&str| !line.trim().is_empty() && !line.starts_with("use ");
    file.lines().filter(counts).count()
}

#[test]
fn no_line_is_there_for_the_framework_alone() {
    assert_eq!(lines(include_str!("twins/counter.rs")), 17);
    assert_eq!(lines(include_str!("twins/kv_store.rs")), 26);
}

macro_rules! counter_counts {
    ($twin:ident) => {
        mod $twin {
            use std::time::Duration;

            use actor_otp::prelude::*;
            use actor_otp::testing::isolated;

            use super::super::$twin::{Counter, CounterClient};

            #[tokio::test(start_paused = true)]
            async fn it_counts_through_its_reference_its_name_and_its_supervisor() {
                isolated(async {
                    let tree = SupervisorSpec::new(Strategy::OneForOne);
                    let tree = tree.child(Counter::child_spec(1)).start_link().await;
                    let tree = tree.expect("starts");
                    let counter = Counter::NAME.whereis().expect("runs");
                    counter.increment(10);
                    assert_eq!(counter.get_count().await, Ok(11));
                    let name = Counter::NAME;
                    let soon = name.within(Duration::from_millis(50));
                    let () = soon.increment(1);
                    assert_eq!(soon.get_count().await, Ok(12));
                    let child = tree.child::<Counter>(ChildId::of::<Counter>()).await;
                    let child = child.expect("is a child");
                    counter.exit(ExitReason::Kill);
                    counter.exited().await;
                    child
                        .wait(Duration::from_secs(1))
                        .await
                        .expect("is restarted");
                    assert_eq!(child.get_count().await, Ok(1));
                    tree.stop().await.expect("stops");
                    assert_eq!(name.get_count().await, Err(CallError::NoProc));
                })
                .await;
            }

            #[tokio::test(start_paused = true)]
            async fn its_messages_have_names() {
                use actor_otp::Incoming;
                let call = |reply| super::super::$twin::CounterCall::GetCount { reply };
                let cast = super::super::$twin::CounterCast::Increment { by: 1 };
                assert_eq!(
                    Counter::message_name(Incoming::Cast(&cast)),
                    "CounterCast::Increment"
                );
                let counter = Counter::options(0).unnamed().start().await.expect("starts");
                assert_eq!(counter.call(call).await, Ok(0));
                counter.stop().await.expect("stops");
            }
        }
    };
}

macro_rules! store_stores {
    ($twin:ident) => {
        mod $twin {
            use actor_otp::prelude::*;
            use actor_otp::testing::isolated;

            use super::super::$twin::{KvStore, KvStoreClient};

            #[tokio::test(start_paused = true)]
            async fn it_stores() {
                isolated(async {
                    let spec = KvStore::child_spec(());
                    assert_eq!(spec.get_restart(), Restart::Permanent);
                    let kv = KvStore::start(()).await.expect("starts");
                    kv.put("a".to_owned(), "1".to_owned());
                    let one = kv.get("a".to_owned()).await.expect("answers");
                    assert_eq!(one.as_deref(), Some("1"));
                    assert_eq!(kv.len().await, Ok(1));
                    kv.clear();
                    assert_eq!(kv.len().await, Ok(0));
                    assert_eq!(kv.get("a".to_owned()).await, Ok(None));
                    kv.stop().await.expect("stops");
                })
                .await;
            }
        }
    };
}

mod same_tests {
    counter_counts!(counter);
    counter_counts!(counter_by_hand);
    store_stores!(kv_store);
    store_stores!(kv_store_by_hand);
}
