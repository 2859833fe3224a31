//! The contestants. Each file holds one of them.

#[cfg(feature = "peers")]
pub mod actix;
#[cfg(feature = "peers")]
pub mod kameo;
pub mod ours;
#[cfg(feature = "peers")]
pub mod ractor;
pub mod tokio_raw;
#[cfg(feature = "peers")]
pub mod xtra;
