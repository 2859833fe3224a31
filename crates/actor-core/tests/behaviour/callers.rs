//! A call runs its server beside the caller: the caller's task goes on, and so does its deadline.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::runtimes::with_workers;
use actor_core::testing::isolated;
use actor_core::{Context, GenServer, InitResult, Start, actor};

/// Holds its thread until it is let go, or for so long at the most.
const PATIENCE: Duration = Duration::from_secs(20);

struct Gate(Mutex<Receiver<()>>);

#[actor]
impl GenServer for Gate {
    async fn init(released: Receiver<()>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(Mutex::new(released)).into())
    }

    #[call]
    fn pass(&mut self) -> bool {
        let released = self.0.get_mut().expect("not poisoned");
        released.recv_timeout(PATIENCE).is_ok()
    }
}

#[test]
fn what_else_a_caller_does_goes_on_while_an_idle_server_holds_its_thread() {
    // G-20, X-16: a server that ran on the task of its caller would hold that up
    for workers in [1, 2] {
        with_workers(workers).block_on(isolated(async {
            let (release, released) = channel();
            let gate = Gate::start(released).await.expect("starts");
            let passes = async {
                let release = async { release.send(()).expect("it waits") };
                tokio::join!(gate.pass(), release).0
            };
            assert_eq!(passes.await, Ok(true));
            gate.stop().await.expect("stops");
        }));
    }
}
