//! What clients are told: one type, that each door writes in its own way.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::tree::Tree;

/// One thing that a client is told. The web door writes it as JSON, the line door as it is displayed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The client's name, and whether it may crash things.
    You(String, bool),
    /// The client is in a room; this is what it missed.
    Welcome(Welcome),
    /// Something is new in the room of this name.
    News(String, What),
    /// Somebody said something.
    Said(Said),
    /// In this room the message of this number was put into the queues of so many members.
    Sent(String, u64, usize),
    /// A room that the client was in crashed and was restarted.
    Restarted(String),
    /// The client is not in this room any more.
    Parted(String),
    /// An answer for people.
    Note(String),
    /// The supervision tree.
    Tree(Tree),
    /// What the client did wrong, or what went wrong for it.
    Error(String),
    /// The connection is about to end.
    Bye(&'static str),
}

#[derive(Debug, Serialize)]
pub(crate) struct Welcome {
    pub(crate) room: String,
    pub(crate) topic: String,
    pub(crate) members: Vec<String>,
    pub(crate) messages: Vec<Arc<Event>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Said {
    pub(crate) room: String,
    /// Counts the messages of one life of the room.
    pub(crate) number: u64,
    pub(crate) nick: String,
    pub(crate) text: String,
}

/// What is new in a room.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Came(String),
    Went(String),
    /// Who is called something else, and what.
    Renamed(String, String),
    /// Who has set a topic, and which.
    Topic(String, String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::You(nick, _) => write!(f, "* you are {nick}; /help lists the commands"),
            Self::Welcome(here) => {
                let (room, members) = (&here.room, here.members.join(", "));
                write!(
                    f,
                    "* you are in {room}, with: {members}; topic: {}",
                    here.topic
                )?;
                here.messages
                    .iter()
                    .try_for_each(|said| write!(f, "\n{said}"))
            }
            Self::News(room, What::Came(nick)) => write!(f, "* {room}: {nick} came"),
            Self::News(room, What::Went(nick)) => write!(f, "* {room}: {nick} went"),
            Self::News(room, What::Renamed(was, is)) => write!(f, "* {room}: {was} is {is} now"),
            Self::News(room, What::Topic(nick, topic)) => {
                write!(f, "* {room}: {nick} sets the topic: {topic}")
            }
            Self::Said(said) => {
                write!(
                    f,
                    "[{} {}] {}: {}",
                    said.room, said.number, said.nick, said.text
                )
            }
            Self::Sent(room, number, members) => write!(f, "* sent: {room} {number} to {members}"),
            Self::Restarted(room) => write!(f, "* {room} restarted: what was said there is lost"),
            Self::Parted(room) => write!(f, "* you left {room}"),
            Self::Note(text) => f.write_str(text.trim_end()),
            Self::Tree(tree) => tree.fmt(f),
            Self::Error(text) => write!(f, "! {text}"),
            Self::Bye(text) => write!(f, "* {text}"),
        }
    }
}
