//! [`Incoming`]: a message before its callback takes it.

use std::fmt;

use crate::gen_server::GenServer;

/// A message that is about to be handled, for [`message_name`](GenServer::message_name).
pub enum Incoming<'a, S: GenServer> {
    /// A request.
    Call(&'a S::Call),
    /// A message that is not answered.
    Cast(&'a S::Cast),
    /// A plain message.
    Info(&'a S::Info),
}

impl<S: GenServer> Incoming<'_, S> {
    /// The name of its kind.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Cast(_) => "cast",
            Self::Info(_) => "info",
        }
    }
}

impl<S: GenServer> fmt::Debug for Incoming<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}
