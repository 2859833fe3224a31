//! The application: the tree, and its orderly end.

use std::sync::Arc;

use actor_otp::SupervisorServer;
use actor_otp::prelude::*;
use tokio::task::JoinSet;
use tracing::info;

use crate::config::{ChatConfig, Doors};
use crate::logger::Logger;
use crate::{line_door, rooms, sessions, web_door};

/// What the top supervisor is called.
pub(crate) const TOP: Name<SupervisorServer> = Name::new("chat");

/// The chat server.
#[derive(Clone, Copy, Debug)]
pub struct ChatApp;

#[async_trait]
impl Application for ChatApp {
    type Config = (ChatConfig, Doors);
    type State = JoinSet<()>;

    async fn start(&self, chat: Self::Config) -> Result<(SupervisorSpec, Self::State), StartError> {
        let config = Arc::new(chat.0);
        let (for_lines, for_web) = (Arc::clone(&config), Arc::clone(&config));
        let Doors { tcp, http } = chat.1;
        // In this order they start, and in reverse order they stop: first nobody new is let in, then
        // those who are here are told. The crash of one is no reason to restart another, as they
        // find each other by their names.
        let tree = SupervisorSpec::new(Strategy::OneForOne)
            .name(TOP)
            .max_restarts(rooms::RESTARTS) // the logger is there to be crashed, by a script too
            .child(Logger::child_spec(config.log.clone()))
            .child(rooms::child_spec())
            .child(sessions::child_spec(&config))
            .child(ChildSpec::task("line_door", move || {
                line_door::serve(Arc::clone(&tcp), Arc::clone(&for_lines))
            }))
            .child(ChildSpec::task("web_door", move || {
                web_door::serve(Arc::clone(&http), Arc::clone(&for_web))
            }));
        Ok((tree, JoinSet::new()))
    }

    /// From here on it is told when each part of the tree has stopped.
    async fn prep_stop(&self, mut ends: JoinSet<()>) -> JoinSet<()> {
        info!("stopping, for as long as clients need for what they are still to be told");
        let children = TOP.which_children().await.unwrap_or_default();
        ends.spawn(async move {
            // The last started comes first here, and is stopped first.
            for child in &children {
                if let Some(pid) = child.status.pid() {
                    let reason = pid.exited().await;
                    info!(%reason, "{} has stopped", child.id);
                }
            }
        });
        ends
    }

    async fn stop(&self, ends: JoinSet<()>) {
        ends.join_all().await;
    }
}
