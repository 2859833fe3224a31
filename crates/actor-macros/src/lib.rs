//! The `#[actor]` attribute of actor-otp. Nobody depends on this crate directly.
//!
//! # Example
//!
//! From this block come the messages, their dispatch, the trait `CounterClient` with a method for each
//! of them, the name `Counter::NAME` and a child spec. The crate page of `actor-otp` runs one like it.
//!
//! ```ignore
//! use actor_otp::prelude::*;
//!
//! struct Counter {
//!     count: i64,
//! }
//!
//! #[actor(name = "counter", restart = "transient")]
//! impl GenServer for Counter {
//!     async fn init(initial: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
//!         Ok(Counter { count: initial }.into())
//!     }
//!
//!     #[call]
//!     fn get_count(&self) -> i64 {
//!         self.count
//!     }
//!
//!     #[cast]
//!     fn increment(&mut self, by: i64) {
//!         self.count += by;
//!     }
//! }
//! ```
//!
//! Every word and everything that is written stands at the entry [`macro@facade`]; the
//! [guide](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/first_server.md) begins with
//! it.
//!
//! # Entries
//!
//! There is one entry for each crate that re-exports the attribute as `actor`: they differ in the
//! path of the runtime, and in whether there is supervision.
//!
//! The modules follow the way from tokens to tokens: the words of the attribute and the impl block
//! are read into values, the values are checked, and the checked ones are expanded. Whatever is
//! wrong is reported on its own token and then mended or left out, so that the output type-checks
//! but for the errors reported.

#![forbid(unsafe_code)]

mod entry;
mod errors;

mod behaviour;
mod reserved;
mod types;

mod rewrite;

mod ast;

mod words;

mod attr;
mod marks;

mod fallback;
mod half_typed;

mod input;
mod message;

mod valid;

mod expand;

use proc_macro::TokenStream;

use entry::Entry;

#[doc = include_str!("actor.md")]
#[proc_macro_attribute]
pub fn facade(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::actor(Entry::Facade, attr.into(), item.into()).into()
}

#[doc = include_str!("actor.md")]
///
/// Here `p` is `::actor_supervisor::__private`.
#[proc_macro_attribute]
pub fn supervisor(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::actor(Entry::Supervisor, attr.into(), item.into()).into()
}

#[doc = include_str!("actor.md")]
///
/// Here `p` is `::actor_core::__private`, and there is no supervision: the impl of `Supervised` is
/// not written, and its words are errors. They live in `actor-supervisor`.
#[proc_macro_attribute]
pub fn core(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::actor(Entry::Core, attr.into(), item.into()).into()
}
