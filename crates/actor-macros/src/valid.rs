//! The checks across the block, each mistake on its own token.
//!
//! A mistake is reported and then mended or left out, so that what is expanded from the rest still
//! type-checks and one mistake is one error.

use syn::visit_mut::VisitMut;
use syn::{Ident, ImplItem, ImplItemFn, Type};

use crate::ast::{Actor, Kind, Message};
use crate::attr::{Options, Restart};
use crate::entry::Entry;
use crate::errors::Errors;
use crate::input::{Block, Marked};
use crate::rewrite::{QualifyAssociated, allow_what_is_expected};

mod callbacks;
mod generics;
mod messages;
mod method;
#[cfg(test)]
mod tests;

/// Checks the block and gives what of it can be expanded.
pub(crate) fn check(
    block: Block,
    options: &mut Options,
    entry: Entry,
    errors: &mut Errors,
) -> Actor {
    let mut check = Check {
        block,
        options,
        errors,
    };
    check.callbacks_wait_or_do_not();
    check.callbacks_have_no_mark();
    check.server_owns_its_data();
    check.parameters_have_bounds();
    check.strays_go_elsewhere();
    check.child_spec_has_a_supervisor(entry);
    check.callbacks_are_written_once();
    check.mailbox_has_a_bound();
    check.defaults_are_written_once();
    check.significant_children_end();
    let args = check.init_says_args();
    let (methods, messages) = check.marked_methods();
    let client = check.client(&messages);
    check.into_actor(args, methods, messages, client)
}

struct Check<'a> {
    block: Block,
    options: &'a mut Options,
    errors: &'a mut Errors,
}

impl Check<'_> {
    /// A callback with a mark stays a callback, so that it is not missed as well.
    fn callbacks_have_no_mark(&mut self) {
        let Block {
            behaviour,
            item,
            marked,
            ..
        } = &mut self.block;
        for Marked { marks, method } in std::mem::take(marked) {
            let name = &method.sig.ident;
            if !behaviour.callbacks.iter().any(|callback| name == callback) {
                marked.push(Marked { marks, method });
                continue;
            }
            let message = format!("`{name}` is a callback: drop the mark, or rename the method");
            self.errors.at(name.span(), message);
            item.items.push(ImplItem::Fn(method));
        }
    }

    fn strays_go_elsewhere(&mut self) {
        let advice = if self.block.behaviour.has_messages {
            "mark it `#[call]` or `#[cast]`, or move it to a plain `impl` block"
        } else {
            "move it to a plain `impl` block"
        };
        for stray in &self.block.strays {
            let name = &stray.sig.ident;
            let message = format!("`{name}` is no callback: {advice}");
            self.errors.at(name.span(), message);
        }
    }

    fn child_spec_has_a_supervisor(&mut self, entry: Entry) {
        if entry.has_supervision() {
            return;
        }
        if let Some(child_spec) = self.block.child_spec.take() {
            let message = Entry::no_supervision("no `child_spec` here");
            self.errors.at(child_spec.sig.ident.span(), message);
            self.block.strays.push(child_spec);
        }
    }

    /// Refuses a `handle_call` or `type Call` next to `#[call]` methods, of which both are made, and
    /// a `message_name` next to any.
    fn callbacks_are_written_once(&mut self) {
        let Self { block, errors, .. } = self;
        let Block { item, marked, .. } = block;
        item.items.retain(|item| {
            let Some(name) = item_name(item) else {
                return true;
            };
            if name == "message_name" && !marked.is_empty() {
                let message =
                    format!("`{name}` is written for the marked methods: drop it, or their marks");
                errors.at(name.span(), message);
                return false;
            }
            let Some(kind) = Kind::of_item(name).filter(|kind| is_marked(marked, *kind)) else {
                return true;
            };
            let mark = kind.mark();
            let message = format!(
                "`{name}` is written for the `#[{mark}]` methods: drop it, or the `#[{mark}]`s"
            );
            errors.at(name.span(), message);
            false
        });
    }

    /// What a mailbox does when it is full needs a bound; a supervisor's mailbox can have none.
    fn mailbox_has_a_bound(&mut self) {
        let Options {
            mailbox, overflow, ..
        } = self.options;
        let place = match (&*mailbox, &*overflow) {
            (Some(_), _) if self.block.behaviour.may_be_bounded => return,
            (Some(bound), _) => bound.place,
            (None, Some((_, place))) => *place,
            (None, None) => return,
        };
        let message = if self.block.behaviour.may_be_bounded {
            "without a bound no mailbox is ever full: write `mailbox = 1024` too, or drop `overflow`"
        } else {
            "the mailbox of a supervisor has no bound, as it must not lose what it tells itself: \
             drop `mailbox` and `overflow`"
        };
        self.errors.at(place, message);
        (*mailbox, *overflow) = (None, None);
    }

    fn defaults_are_written_once(&mut self) {
        let word = match (&self.options.name, &self.options.mailbox) {
            (Some(_), _) => "name",
            (None, Some(_)) => "mailbox",
            (None, None) => return,
        };
        let errors = &mut *self.errors;
        self.block.item.items.retain(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == "defaults" => {
                let message = format!(
                    "`defaults` is written for `{word}`: drop `{word}`, and say it here with \
                     `.{word}(..)`, or drop this"
                );
                errors.at(method.sig.ident.span(), message);
                false
            }
            _ => true,
        });
    }

    /// A child that is always restarted never ends for good (S-59).
    fn significant_children_end(&mut self) {
        let Options {
            significant,
            restart,
            ..
        } = self.options;
        if matches!(restart, Some(Restart::Transient | Restart::Temporary)) {
            return;
        }
        if let Some(place) = significant.take() {
            let message = "a significant child ends for good some day, and a permanent one never: \
                           write `restart = \"transient\"` or `restart = \"temporary\"`";
            self.errors.at(place, message);
        }
    }

    fn item_named(&self, wanted: &str) -> Option<&ImplItem> {
        let mut items = self.block.item.items.iter();
        items.find(|item| item_name(item).is_some_and(|name| name == wanted))
    }

    fn into_actor(
        mut self,
        args: Option<Type>,
        mut methods: Vec<ImplItemFn>,
        messages: Vec<Message>,
        client: Ident,
    ) -> Actor {
        let trait_path = &self.block.trait_path;
        if !methods.is_empty() || self.block.child_spec.is_some() {
            allow_what_is_expected(&mut self.block.item.attrs);
        }
        for method in &mut methods {
            QualifyAssociated { trait_path }.visit_impl_item_fn_mut(method);
        }
        Actor {
            behaviour: self.block.behaviour,
            name: self.block.name,
            trait_path: self.block.trait_path,
            item: self.block.item,
            args,
            methods,
            child_spec: self.block.child_spec,
            client,
            visibility: messages::visibility(&messages),
            messages,
        }
    }
}

fn item_name(item: &ImplItem) -> Option<&Ident> {
    match item {
        ImplItem::Fn(item) => Some(&item.sig.ident),
        ImplItem::Type(item) => Some(&item.ident),
        _ => None,
    }
}

fn is_marked(marked: &[Marked], kind: Kind) -> bool {
    marked
        .iter()
        .flat_map(|marked| &marked.marks)
        .any(|mark| mark.kind == kind)
}
