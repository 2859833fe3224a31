//! A caller who waits for a reply, seen from the server's side.

/// The server's view of a reply slot, whatever the type of the reply.
pub(crate) trait Pending: Send + Sync {
    /// Says whether the caller still waits for the reply.
    fn is_open(&self) -> bool;

    /// Says whether the reply was given, also if the caller has taken it since.
    fn is_answered(&self) -> bool;

    /// Who waits, if that is known: a process with a call that has no limit of its own (F-06).
    fn caller(&self) -> Option<String>;

    /// Tells the caller that no reply will come. It then looks at the server's fate: alive means
    /// unanswered, dying means wait, dead means the exit reason.
    fn lose(&self);

    /// Tells the caller that its request was dropped for a newer message.
    fn displace(&self);
}
