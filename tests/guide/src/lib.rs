//! The guide of `docs/guide`: each chapter is the docs of a module here, so that `cargo test` compiles and
//! runs its programs; for a build they are nothing. The tests below hold the pages to the table of contents and to each other.

#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

/// Includes chapters by their file names.
macro_rules! chapters {
    ($($chapter:ident)*) => {
        $(
            #[cfg_attr(
                any(doctest, test),
                doc = include_str!(concat!("../../../docs/guide/src/", stringify!($chapter), ".md"))
            )]
            mod $chapter {}
        )*

        /// The chapters whose programs are run.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$(stringify!($chapter)),*];
    };
}

chapters! {
    introduction
    let_it_crash
    first_server
    first_supervisor
    child_specs
    strategies
    trees
    restart_limits
    children_on_demand
    names_and_nodes
    calls_and_casts
    links_and_monitors
    timers_and_continue
    mailboxes
    shutting_down
    seeing_what_runs
    testing
    plain_tasks
    chat
    performance
    limits
    from_elixir
    from_other_crates
    names_of_everything
}
