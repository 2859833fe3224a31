//! The traits that the attribute knows: one row for each. A behaviour that comes later is a row more.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{ImplItem, parse_quote};

use crate::entry::Entry;

/// A trait that an actor implements.
pub(crate) struct Behaviour {
    /// The trait's name, by which it is known in a path.
    pub(crate) name: &'static str,
    /// A block of it, for those who put the attribute elsewhere.
    pub(crate) block: &'static str,
    /// The trait functions that a user may write.
    pub(crate) callbacks: &'static [&'static str],
    /// Those of them that are `async`.
    pub(crate) waiting: &'static [&'static str],
    /// The associated types that are filled in where nothing is known of them.
    pub(crate) unused_types: &'static [&'static str],
    /// How `init` is written.
    pub(crate) init: &'static str,
    /// Whether marked methods become messages.
    pub(crate) has_messages: bool,
    /// Whether its mailbox can have a bound.
    pub(crate) may_be_bounded: bool,
    /// The library's type whose process runs for the actor, which the supervisor crate has; none if
    /// it is the actor's own.
    process: Option<&'static str>,
    /// The library's trait with `start_link`.
    start: &'static str,
    /// The type of child, if it is no worker.
    pub(crate) child_type: Option<&'static str>,
    /// An `init` for a block without a usable one.
    fallback: fn(&TokenStream) -> ImplItem,
}

/// All rows, in the order in which messages list them.
const ALL: &[Behaviour] = &[
    Behaviour {
        name: "GenServer",
        block: "impl GenServer for Counter { .. }",
        callbacks: &[
            "init",
            "handle_call",
            "handle_cast",
            "handle_info",
            "handle_continue",
            "terminate",
            "format_status",
            "message_name",
            "defaults",
        ],
        waiting: &[
            "init",
            "handle_call",
            "handle_cast",
            "handle_info",
            "handle_continue",
            "terminate",
        ],
        unused_types: &["Call", "Cast", "Info", "Continue"],
        init: "async fn init(args: .., cx: &mut Context<Self>) -> InitResult<Self>",
        has_messages: true,
        may_be_bounded: true,
        process: None,
        start: "Start",
        child_type: None,
        fallback: |p| {
            parse_quote! {
                async fn init(_: Self::Args, _: &mut #p::Context<Self>) -> #p::InitResult<Self> {
                    ::core::unreachable!()
                }
            }
        },
    },
    Behaviour {
        name: "Supervisor",
        block: "impl Supervisor for MyApp { .. }",
        callbacks: &["init", "defaults"],
        waiting: &[],
        unused_types: &[],
        init: "fn init(args: ..) -> SupervisorSpec",
        has_messages: false,
        may_be_bounded: false,
        process: Some("SupervisorServer"),
        start: "Supervisor",
        child_type: Some("Supervisor"),
        fallback: |p| {
            parse_quote! {
                fn init(_: Self::Args) -> #p::SupervisorSpec {
                    ::core::unreachable!()
                }
            }
        },
    },
];

impl Behaviour {
    /// The behaviour whose trait has this name.
    pub(crate) fn named(name: &Ident) -> Option<&'static Self> {
        ALL.iter().find(|behaviour| name == behaviour.name)
    }

    /// The behaviours that a crate has.
    pub(crate) fn all(entry: Entry) -> impl Iterator<Item = &'static Self> {
        ALL.iter().filter(move |behaviour| behaviour.is_in(entry))
    }

    /// Whether a crate has the behaviour.
    pub(crate) fn is_in(&self, entry: Entry) -> bool {
        self.process.is_none() || entry.has_supervision()
    }

    /// The trait, where `p` is the path of the runtime.
    pub(crate) fn path(&self, p: &TokenStream) -> TokenStream {
        path(p, self.name)
    }

    /// The trait with `start_link`.
    pub(crate) fn start(&self, p: &TokenStream) -> TokenStream {
        path(p, self.start)
    }

    /// The type of the process that runs for the actor.
    pub(crate) fn process(&self, p: &TokenStream) -> TokenStream {
        self.process
            .map_or_else(|| quote!(Self), |name| path(p, name))
    }

    /// An `init` for a block without a usable one.
    pub(crate) fn fallback_init(&self, p: &TokenStream) -> ImplItem {
        (self.fallback)(p)
    }
}

fn path(p: &TokenStream, name: &str) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote!(#p::#name)
}
