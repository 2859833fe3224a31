//! What a full mailbox answers to one more message.
//!
//! Signals (EXIT, DOWN, stop requests) do not ask: they take no place, so they are never refused and
//! never wait (F-16). A kill lies in no queue at all.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use crate::undelivered::Undelivered;

/// Says what a bounded mailbox does with a message for which it has no room; see
/// [`Options::mailbox`](crate::Options::mailbox).
///
/// Exit signals, DOWNs and stop requests take no room, and are accepted by each of them.
///
/// In the guide: [mailboxes and back-pressure](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/mailboxes.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// Who can wait for room does: a call, within its deadline; a cast that is
    /// [`waiting`](crate::Address::waiting); a timer. A plain cast never waits: it is a dead letter,
    /// [`Full`](crate::Undelivered::Full). The default.
    #[default]
    Wait,
    /// Nobody waits: a call fails as [`MailboxFull`](crate::CallError::MailboxFull), and so does a
    /// cast whose sender is told. A plain cast is a dead letter, [`Full`](crate::Undelivered::Full).
    Fail,
    /// As [`Fail`](Self::Fail), for mailboxes that are meant to shed what is too much: a plain cast is a
    /// dead letter too, but [`Dropped`](crate::Undelivered::Dropped).
    DropNewest,
    /// The message that has waited longest makes room: a call fails as
    /// [`MailboxFull`](crate::CallError::MailboxFull) at once, anything else is a dead letter,
    /// [`Dropped`](crate::Undelivered::Dropped). The new one is always accepted.
    DropOldest,
}

/// How a message is sent: what its sender can do if there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A cast or a plain message, whose sender has gone on and is not told.
    Posted,
    /// One whose sender gets it back.
    Tried,
    /// A call, a waiting cast, a timer: its sender can wait.
    Patient,
}

/// What the full mailbox answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Answer {
    /// The message takes its place in the line of those that wait for room.
    Wait,
    /// The message is not accepted.
    Refuse(Undelivered),
    /// The oldest message goes, and this one is accepted.
    Displace,
}

impl Overflow {
    /// Decides about one message for which there is no room.
    pub(crate) fn answer(self, manner: Manner) -> Answer {
        match (self, manner) {
            (Self::DropOldest, _) => Answer::Displace,
            (Self::Wait, Manner::Patient) => Answer::Wait,
            (Self::DropNewest, Manner::Posted) => Answer::Refuse(Undelivered::Dropped),
            (Self::Wait | Self::Fail | Self::DropNewest, _) => Answer::Refuse(Undelivered::Full),
        }
    }
}
