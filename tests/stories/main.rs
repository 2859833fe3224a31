//! Whole stories, across crates.

mod first_session;
mod lesson;
