//! Scripts of processes: what each does to the others.

use serde::{Deserialize, Serialize};

/// What happens, one thing after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What the case is called.
    pub case: String,
    /// What is done.
    pub steps: Vec<Act>,
}

/// Why something ends, or is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing left to do.
    Normal,
    /// Told to stop.
    Shutdown,
    /// Told to stop, with more.
    Tagged,
    /// Untrappable, if it is sent.
    Kill,
    /// An ordinary reason, if it is sent.
    Killed,
    /// An ordinary reason, if it is sent.
    Noproc,
    /// Anything else.
    Boom,
}

/// What ties a new process to the one that starts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nothing.
    #[default]
    Start,
    /// A link; and the starter is its parent.
    Link,
    /// A monitor.
    Monitor,
}

/// What becomes of an `init`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitPlan {
    /// The process is there.
    #[default]
    Ok,
    /// It has nothing to do.
    Ignore,
    /// It fails for the step's reason.
    Stop,
    /// It crashes.
    Panic,
    /// The process is there, and ends at once for the step's reason.
    Brief,
    /// It never returns.
    Hang,
}

/// What a server does about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It replies with the step's number.
    Reply,
    /// It stops without a reply.
    Stop,
    /// It stops, and replies.
    StopReply,
    /// It crashes.
    Panic,
    /// It keeps the caller waiting, under the step's key.
    Keep,
    /// It calls another one, and replies what that replies, or zero.
    Forward,
}

/// What is done. A target is a process, or a name if it begins with `@`; `by` says which process does
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the fields stand in the table of docs/reliability.md"
)]
pub enum Act {
    /// Starts a process; nobody does it if `by` is missing.
    Spawn {
        #[serde(rename = "as")]
        label: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "is_default")]
        how: How,
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        monitor: Option<String>,
        #[serde(default, skip_serializing_if = "is_default")]
        trap: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "is_default")]
        init: InitPlan,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
    },
    /// Links two processes.
    Link { by: String, to: String },
    /// Takes the link away.
    Unlink { by: String, to: String },
    /// Monitors a process or the holder of a name.
    Monitor {
        by: String,
        to: String,
        #[serde(rename = "ref")]
        monitor: String,
    },
    /// Takes a monitor away.
    Demonitor {
        by: String,
        #[serde(rename = "ref")]
        monitor: String,
        #[serde(default, skip_serializing_if = "is_default")]
        flush: bool,
    },
    /// Sends an exit signal; nobody does it if `by` is missing.
    Exit {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        to: String,
        reason: Reason,
    },
    /// A callback stops the process.
    Return { by: String, reason: Reason },
    /// A callback crashes.
    Panic { by: String },
    /// Sends a cast.
    Cast { by: String, to: String, n: u64 },
    /// Sends a plain message.
    Send { by: String, to: String, n: u64 },
    /// Calls, and waits for the reply.
    Call {
        by: String,
        to: String,
        what: What,
        n: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
    },
    /// Replies to a caller that was kept waiting.
    Reply { by: String, key: String, n: u64 },
    /// Asks a process to stop, and waits for its end.
    Stop {
        by: String,
        to: String,
        reason: Reason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
    },
    /// Traps exits from now on, or does not.
    Trap { by: String, on: bool },
    /// Looks who holds a name.
    Whereis { by: String, name: String },
    /// Sends a plain message later.
    Timer {
        by: String,
        to: String,
        ms: u64,
        n: u64,
        #[serde(rename = "ref")]
        timer: String,
    },
    /// Cancels a timer.
    Cancel {
        by: String,
        #[serde(rename = "ref")]
        timer: String,
    },
    /// Looks how long a timer has.
    Read {
        by: String,
        #[serde(rename = "ref")]
        timer: String,
    },
    /// Time passes.
    Wait { ms: u64 },
    /// All of this is done while a callback of the process does not return.
    Hold { at: String, ops: Vec<Self> },
}

/// So many ms after a deadline it has certainly been noticed.
const MARGIN: u64 = 300;

impl Act {
    /// Returns which process does it.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::Spawn { by, .. } | Self::Exit { by, .. } => by.as_deref(),
            Self::Wait { .. } | Self::Hold { .. } => None,
            Self::Link { by, .. }
            | Self::Unlink { by, .. }
            | Self::Monitor { by, .. }
            | Self::Demonitor { by, .. }
            | Self::Return { by, .. }
            | Self::Panic { by }
            | Self::Cast { by, .. }
            | Self::Send { by, .. }
            | Self::Call { by, .. }
            | Self::Reply { by, .. }
            | Self::Stop { by, .. }
            | Self::Trap { by, .. }
            | Self::Whereis { by, .. }
            | Self::Timer { by, .. }
            | Self::Cancel { by, .. }
            | Self::Read { by, .. } => Some(by),
        }
    }

    /// Returns the word of the operation, as in the script.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Spawn { .. } => "spawn",
            Self::Link { .. } => "link",
            Self::Unlink { .. } => "unlink",
            Self::Monitor { .. } => "monitor",
            Self::Demonitor { .. } => "demonitor",
            Self::Exit { .. } => "exit",
            Self::Return { .. } => "return",
            Self::Panic { .. } => "panic",
            Self::Cast { .. } => "cast",
            Self::Send { .. } => "send",
            Self::Call { .. } => "call",
            Self::Reply { .. } => "reply",
            Self::Stop { .. } => "stop",
            Self::Trap { .. } => "trap",
            Self::Whereis { .. } => "whereis",
            Self::Timer { .. } => "timer",
            Self::Cancel { .. } => "cancel",
            Self::Read { .. } => "read",
            Self::Wait { .. } => "wait",
            Self::Hold { .. } => "hold",
        }
    }

    /// Returns how long the script waits for its deadlines before it goes on.
    #[must_use]
    pub fn patience(&self) -> u64 {
        let longest = match self {
            Self::Spawn { ms, .. } | Self::Stop { ms, .. } => *ms,
            Self::Call { ms, via_ms, .. } => (*ms).max(*via_ms),
            _ => None,
        };
        longest.map_or(0, |ms| ms + MARGIN)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
