//! [`AnyApplication`]: an application behind a pointer, so that a list may mix them.

use std::fmt;
use std::time::Duration;

use actor_core::{StartError, process};
use async_trait::async_trait;

use crate::application::{Application, StartType};
use crate::supervisor_spec::SupervisorSpec;

/// An application with its configuration, ready to be started; made by [`app`].
pub struct AnyApplication {
    pub(super) facts: Facts,
    pub(super) callbacks: Box<dyn Callbacks>,
}

/// What has to be known of an application before it starts.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) dependencies: Vec<String>,
    pub(super) start_type: StartType,
    pub(super) stop_limit: Duration,
}

/// Puts an application and its configuration together, for [`run_all`](crate::run_all).
///
/// # Examples
///
/// ```no_run
/// # use actor_supervisor::{Application, app, run_all};
/// # async fn example<Db: Application<Config = ()>, Chat: Application<Config = u16>>(
/// #     db: Db, chat: Chat,
/// # ) -> std::process::ExitCode {
/// run_all([app(db, ()), app(chat, 8080)]).await
/// # }
/// ```
pub fn app<A: Application>(application: A, config: A::Config) -> AnyApplication {
    let names = application.dependencies();
    let facts = Facts {
        name: application.name(),
        dependencies: names.into_iter().map(str::to_owned).collect(),
        start_type: application.start_type(),
        stop_limit: application.stop_limit(),
    };
    let callbacks = Box::new(Stage {
        application,
        config: Some(config),
        state: None,
    });
    AnyApplication { facts, callbacks }
}

/// The callbacks of an application whose types are nobody's business any more. The configuration and
/// the state stay inside.
#[async_trait]
pub(super) trait Callbacks: Send {
    /// Runs `start`, which describes the tree.
    async fn start(&mut self) -> Result<SupervisorSpec, StartError>;
    /// The tree did not start: drops the state, so that no other callback runs.
    fn forget(&mut self);
    /// Runs `prep_stop` if there is a state.
    async fn prep_stop(&mut self);
    /// Runs `stop` if there is a state.
    async fn stop(&mut self);
}

struct Stage<A: Application> {
    application: A,
    config: Option<A::Config>,
    state: Option<A::State>,
}

#[async_trait]
impl<A: Application> Callbacks for Stage<A> {
    async fn start(&mut self) -> Result<SupervisorSpec, StartError> {
        let config = self.config.take().ok_or(StartError::Ignored)?; // it is asked once
        let (tree, state) = self.application.start(config).await?;
        self.state = Some(state);
        Ok(tree)
    }

    fn forget(&mut self) {
        process::discard(self.state.take());
    }

    async fn prep_stop(&mut self) {
        if let Some(state) = self.state.take() {
            self.state = Some(self.application.prep_stop(state).await);
        }
    }

    async fn stop(&mut self) {
        if let Some(state) = self.state.take() {
            self.application.stop(state).await;
        }
    }
}

impl fmt::Debug for AnyApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.facts, f)
    }
}
