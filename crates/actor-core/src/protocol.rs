//! What a client must know of a server: the types of its messages.
//!
//! Pure: no clock, no async, no I/O, no lock.

/// Names the message types of a server: all that a client must know of it.
///
/// Every [`GenServer`](crate::GenServer) has it by a blanket implementation; nobody implements it
/// by hand. Handles and addresses are generic over it, so that they do not depend on callbacks.
pub trait Protocol: Sized + 'static {
    /// The requests that are answered; each variant usually carries a [`ReplyTo`](crate::ReplyTo).
    type Call: Send + 'static;
    /// The messages that are not answered.
    type Cast: Send + 'static;
    /// The plain messages: timers, streams and whatever else arrives in `handle_info`.
    type Info: Send + 'static;
}
