//! All rooms: how they are found, and made.

use std::time::Duration;

use actor_otp::prelude::*;

use crate::room::{Guest, Room, RoomClient as _};

/// The supervisor of the rooms.
pub(crate) const ROOMS: Name<DynamicSupervisor> = Name::new("rooms");

/// Rooms at one time.
const MOST: usize = 1_000;

/// Restarts of all rooms within five seconds, and those of the logger: more than clients can ask for at
/// their pace, as `/crash` of one room must never end the others.
pub(crate) const RESTARTS: u32 = 1_000_000;

/// How often a room that ends while somebody joins is looked for again.
const TRIES: usize = 10;

pub(crate) fn child_spec() -> ChildSpec<DynamicSupervisorRef> {
    DynamicSupervisor::builder()
        .name(ROOMS)
        .max_children(MOST)
        .max_restarts(RESTARTS)
        .child_spec()
}

pub(crate) fn find(room: &str) -> Option<ActorRef<Room>> {
    name_of(room).whereis()
}

/// Puts somebody into a room, which is made if it is not there.
pub(crate) async fn join(room: &str, guest: &Guest) -> Result<ActorRef<Room>, StartChildError> {
    for _ in 0..TRIES {
        let _ = ROOMS.wait(Duration::from_secs(5)).await; // it may just be restarted itself
        let found = match find(room) {
            Some(found) => Ok(found),
            None => ROOMS.start_child(room_spec(room)).await,
        };
        match found {
            Ok(found) if found.join(guest.clone()).await.is_ok() => return Ok(found),
            Ok(_) | Err(StartChildError::Ignored) => {} // it ended meanwhile; somebody was faster
            Err(error) => return Err(error),
        }
    }
    Err(CallError::NoProc.into())
}

/// Returns all rooms, with the number of their members: a room monitors each of them.
pub(crate) async fn list() -> Result<String, CallError> {
    let mut rooms = Vec::new();
    for child in ROOMS.which_children().await? {
        if let Some(info) = child.status.pid().and_then(process::info) {
            rooms.push(format!("{} ({})", child.id, info.monitors.len()));
        }
    }
    rooms.sort();
    Ok(format!("* rooms: {}", rooms.join(", ")))
}

/// A room is started by whoever comes first, and by its supervisor after a crash. The name decides who
/// was first; the start of the other is ignored, so that a race is neither an error nor a second room.
fn room_spec(room: &str) -> ChildSpec<ActorRef<Room>> {
    let options = Room::options(room.to_owned()).name(name_of(room));
    let start = move || {
        let started = options.clone().start_link();
        async {
            match started.await {
                Err(StartError::AlreadyStarted(_)) => Err(StartError::Ignored),
                other => other,
            }
        }
    };
    ChildSpec::new(room.to_owned(), start).restart(Restart::Transient)
}

/// The name of a room's process.
fn name_of(room: &str) -> Name<Room> {
    Name::dynamic(format!("room:{room}"))
}
