//! Attached streams against those whose messages they become.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, StreamExt};
use shuttle::future::yield_now;

use crate::puppet::{Puppet, as_puppet, beside, end};
use crate::schedules::{find, hold};

/// A stream is read while others send too: no item is asked for before the one before it was handled, and the
/// end comes last.
async fn a_stream_and_others() {
    let server = Puppet::new().await;
    let heard = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&heard);
    let attached = as_puppet(&server, move |it, cx| {
        it.heard = Arc::clone(&counted);
        let items = stream::iter(0..3).map(move |number| {
            assert_eq!(counted.load(Ordering::Relaxed), number, "not yet");
        });
        cx.attach_stream(items, |item| {
            item.expect("is read when it should be");
        });
    });
    attached.await.expect("it lives");
    let to = server.clone();
    let caller = beside(async move { as_puppet(&to, |_, _| ()).await });
    caller.await.expect("it runs").expect("it lives");
    while heard.load(Ordering::Relaxed) < 4 && server.is_alive() {
        yield_now().await;
    }
    end([server]).await;
}

#[test]
fn a_stream_is_read_as_fast_as_it_is_handled() {
    hold(a_stream_and_others);
}

#[test]
fn a_stream_that_is_read_too_fast_is_found() {
    find("a reader does not wait for its mark", a_stream_and_others);
}
