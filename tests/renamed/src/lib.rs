//! A server in a crate that knows the facade by another name: `crate = path`.

#![forbid(unsafe_code)]

use otp::prelude::*;

/// A counter.
#[derive(Debug)]
pub struct Counter {
    count: i64,
}

#[actor(crate = otp, name = "renamed", restart = "transient")]
impl GenServer for Counter {
    async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count }.into())
    }

    /// Returns the count.
    #[call(timeout = "1s")]
    fn get_count(&self) -> i64 {
        self.count
    }

    /// Adds.
    #[cast]
    fn increment(&mut self, by: i64) {
        self.count += by;
    }
}

/// The same by a path of one's own.
pub mod own {
    /// The facade.
    pub mod runtime {
        pub use otp::__private;
    }

    use otp::prelude::*;

    /// A tree with one counter.
    #[derive(Debug)]
    pub struct Tree;

    #[actor(crate = crate::own::runtime, name = "own path")]
    impl Supervisor for Tree {
        fn init((): ()) -> SupervisorSpec {
            SupervisorSpec::new(Strategy::OneForOne).child(super::Counter::child_spec(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dependency_may_have_another_name() {
        let tree = own::Tree::start(()).await.expect("starts");
        Counter::NAME.increment(2);
        assert_eq!(Counter::NAME.get_count().await, Ok(3));
        assert_eq!(Counter::child_spec(0).get_restart(), Restart::Transient);
        tree.stop().await.expect("stops");
    }
}
