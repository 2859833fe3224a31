//! The contestants. Each file holds one of them.

pub mod actix;
pub mod kameo;
pub mod ours;
pub mod ractor;
pub mod tokio_raw;
pub mod xtra;
