//! All connections, of both doors.

use std::sync::Arc;
use std::time::Duration;

use actor_otp::prelude::*;
use futures_util::SinkExt as _;
use tokio::time::timeout;

use crate::config::ChatConfig;
use crate::session::{Connection, Session};

/// The supervisor of the sessions.
pub(crate) const SESSIONS: Name<DynamicSupervisor> = Name::new("sessions");

pub(crate) fn child_spec(config: &ChatConfig) -> ChildSpec<DynamicSupervisorRef> {
    DynamicSupervisor::builder()
        .name(SESSIONS)
        .max_children(config.connections)
        .child_spec()
}

/// Starts the session of a new connection, or says that there are too many.
pub(crate) async fn admit(mut connection: Connection, config: &Arc<ChatConfig>) {
    let counted = SESSIONS.count_children().await;
    if counted.is_ok_and(|counts| counts.active < config.connections) {
        let session = Session::child_spec_once((connection, Arc::clone(config)));
        // An error here is a client that has gone again, or that came together with too many others.
        let _ = SESSIONS.start_child(session).await;
        return;
    }
    let told = async {
        connection
            .output
            .send("* too many connections: try again later".into())
            .await?;
        connection.output.close().await
    };
    let _ = timeout(Duration::from_secs(1), told).await; // who does not listen is not waited for
}
