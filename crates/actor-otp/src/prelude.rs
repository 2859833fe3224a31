//! What almost every application uses: `use actor_otp::prelude::*;`.

#[cfg(feature = "macros")]
pub use crate::actor;
pub use crate::{
    ActorRef, Address, AutoShutdown, CallError, ChildCounts, ChildId, ChildInfo, ChildRef,
    ChildSpec, ChildStatus, Context, DynamicSupervisor, DynamicSupervisorClient,
    DynamicSupervisorRef, ExitReason, GenServer, Info, Init, InitResult, Name, Next, NextResult,
    Node, OptionsChildSpec, Pid, Reply, ReplyTo, Restart, Shutdown, Start, StartChildError,
    StartError, StopError, Strategy, Supervised, Supervisor, SupervisorClient, SupervisorRef,
    SupervisorSpec, TemplateClient, WaitError, process,
};
#[cfg(feature = "application")]
pub use crate::{Application, async_trait};
