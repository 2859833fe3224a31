//! Through which crate the attribute is reached, and under which name.

/// Through `actor-core` alone there is all but the child spec.
mod core_alone {
    use actor_core::{Context, GenServer, InitResult, Reply, Start, actor};

    struct Counter {
        count: i64,
    }

    #[actor(name = "core alone", client = "Api")]
    impl GenServer for Counter {
        async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self { count }.into())
        }

        #[call(timeout = "1s")]
        fn get_count(&self) -> Reply<i64> {
            Reply::new(self.count)
        }

        #[cast(boxed)]
        fn increment(&mut self, by: i64) {
            self.count += by;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_needs_no_supervision() {
        let counter = Counter::start(1).await.expect("starts");
        Counter::NAME.increment(2);
        assert_eq!(counter.get_count().await, Ok(3));
        counter.stop().await.expect("stops");
    }
}

/// Through `actor-supervisor`.
mod supervisor {
    use actor_core::{ActorRef, Context, GenServer, InitResult};
    use actor_supervisor::{ChildSpec, Strategy, Supervised, Supervisor, SupervisorSpec, actor};

    struct Worker;

    #[actor(restart = "transient")]
    impl GenServer for Worker {
        async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self.into())
        }

        #[call]
        fn ping(&self) -> bool {
            true
        }
    }

    struct Tree;

    #[actor(name = "tree through the supervisor crate")]
    impl Supervisor for Tree {
        fn init((): ()) -> SupervisorSpec {
            SupervisorSpec::new(Strategy::OneForOne)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_is_a_child() {
        let tree = Tree::start(()).await.expect("starts");
        let spec: ChildSpec<ActorRef<Worker>> = Worker::child_spec(());
        let worker = actor_supervisor::SupervisorClient::start_child(&Tree::NAME, spec).await;
        assert_eq!(worker.expect("starts").ping().await, Ok(true));
        tree.stop().await.expect("stops");
    }
}
