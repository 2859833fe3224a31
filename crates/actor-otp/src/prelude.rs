//! What almost every application uses: `use actor_otp::prelude::*;`.

#[cfg(feature = "macros")]
pub use crate::actor;
pub use crate::{
    ActorRef, Address, CallError, ChildCounts, ChildInfo, ChildSpec, ChildStatus, Context,
    ExitReason, GenServer, Info, Init, InitResult, Name, Next, NextResult, Node, Pid, ReplyTo,
    Restart, Shutdown, Start, StartError, StopError, Strategy, Supervised, Supervisor,
    SupervisorClient, SupervisorRef, SupervisorSpec, WaitError, process,
};
