//! Source: elixir-lang/elixir lib/elixir/test/elixir/gen_server_test.exs

use actor_core::testing::isolated;
use actor_core::{Address, ExitReason, Name, Node, Start, StartError, process};

use crate::witness::Heard::Exit;
use crate::witness::{Plain, Watched, Witness};

#[tokio::test(start_paused = true)]
async fn start_link_3_with_local() {
    // N-5, N-6, G-3: linked, by its name, and once
    isolated(async {
        let parent = Watched::trapping().await;
        let options = || Witness::options(std::sync::Arc::default()).name("my_gen_server_name");
        let server = parent.runs(options().start_link()).await.expect("starts");
        let name = Name::<Witness>::new("my_gen_server_name");
        name.send(Plain::Word("by name"));
        assert_eq!(name.whereis(), Some(server.clone()));
        assert_eq!(server.pid().name(), Some("my_gen_server_name"));
        let again = parent.runs(options().start_link()).await;
        assert!(matches!(again, Err(StartError::AlreadyStarted(pid)) if pid == server.pid()));
        server.stop().await.expect("stops");
        assert_eq!(name.whereis(), None);
        let expected = [Exit(Some(server.pid()), ExitReason::Normal)];
        assert_eq!(parent.hears().await, expected);
        parent.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nil_name() {
    // N-5
    isolated(async {
        let options = || Witness::options(std::sync::Arc::default()).unnamed();
        let first = options().start().await.expect("starts");
        let second = options().start().await.expect("and another one");
        assert_eq!((first.pid().name(), second.pid().name()), (None, None));
        assert_eq!(Node::current().names(), Vec::<String>::new());
        first.stop().await.expect("stops");
        second.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn start_2() {
    // G-9: the death of neither touches the other
    isolated(async {
        let starter = Watched::start().await;
        let first = starter.runs(Watched::start()).await;
        first.server.exit(ExitReason::Kill);
        first.ends().await;
        assert_eq!(starter.hears().await, []);
        let second = starter.runs(Watched::start()).await;
        starter.server.exit(ExitReason::Kill);
        starter.ends().await;
        assert_eq!(second.hears().await, []);
        second.stop().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whereis_1() {
    // G-30
    // DIFFERENCE: a reference needs no lookup: its pid is what it is, alive or dead.
    isolated(async {
        let name = Name::<Witness>::new("whereis_server");
        assert_eq!(name.whereis(), None);
        let server = Watched::named("whereis_server").await;
        assert_eq!(name.whereis(), Some(server.server.clone()));
        assert_eq!(process::whereis("whereis_server"), Some(server.pid()));
        let dynamic = Name::<Witness>::dynamic(String::from("whereis_server"));
        assert_eq!(dynamic.whereis(), Some(server.server.clone()));
        assert_eq!(name.target(), None, "its holder may change");
        server.stop().await;
        assert_eq!(name.whereis(), None);
        assert_eq!(server.server.target(), Some(server.pid()), "alive or dead");
    })
    .await;
}
