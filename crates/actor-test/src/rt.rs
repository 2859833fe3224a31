//! The one place that names tokio's runtime parts.

pub(crate) use tokio::sync::mpsc;
pub(crate) use tokio::time::timeout;
