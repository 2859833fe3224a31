//! Wrong rules, to be planted one at a time: what the comparison is worth. `just otp-plants` plants
//! each in a copy of the workspace and says which recorded case finds it.

/// A wrong rule, as a change of one place.
#[derive(Clone, Copy, Debug)]
pub struct Plant {
    /// What would then be believed.
    pub belief: &'static str,
    /// The file, from the root of the workspace.
    pub file: &'static str,
    /// What stands there, exactly once.
    pub right: &'static str,
    /// What stands there instead.
    pub wrong: &'static str,
}

const fn plant(
    belief: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
) -> Plant {
    Plant {
        belief,
        file,
        right,
        wrong,
    }
}

/// All of them; each is found within 300 cases of a corpus.
pub const PLANTS: [Plant; 24] = [
    plant(
        "decision: a transient child that ends with {shutdown, _} is restarted (S-23)",
        "crates/actor-supervisor/src/restart.rs",
        "Restart::Transient => reason.is_abnormal(),",
        "Restart::Transient => reason.is_abnormal() || matches!(reason, ExitReason::ShutdownWith(_)),",
    ),
    plant(
        "decision: rest_for_one takes the children before the failed one (S-34)",
        "crates/actor-supervisor/src/strategy.rs",
        "Self::RestForOne => (Bound::Included(failed), Bound::Unbounded),",
        "Self::RestForOne => (Bound::Unbounded, Bound::Included(failed)),",
    ),
    plant(
        "decision: a temporary child that has ended keeps its spec (S-24)",
        "crates/actor-supervisor/src/children.rs",
        "Keeps::Specs if restart != Some(Restart::Temporary) => {",
        "Keeps::Specs => {",
    ),
    plant(
        "stop order: a group restart stops the first child first (S-33)",
        "crates/actor-supervisor/src/restart.rs",
        "        .rev()\n",
        "",
    ),
    plant(
        "the window's edge: a restart counts two seconds longer than the period (S-30)",
        "crates/actor-supervisor/src/intensity.rs",
        "now.saturating_sub(then) > self.period\n",
        "now.saturating_sub(then) > self.period + Duration::from_secs(2)\n",
    ),
    plant(
        "the window: the restart that reaches the limit is one too many (S-28)",
        "crates/actor-supervisor/src/intensity.rs",
        "match count > intensity.max_restarts {",
        "match count >= intensity.max_restarts {",
    ),
    plant(
        "auto-shutdown: all_significant ends with the first of them (S-61)",
        "crates/actor-supervisor/src/restart.rs",
        "AutoShutdown::AllSignificant => children.other_significant(key) == 0,",
        "AutoShutdown::AllSignificant => children.other_significant(key) < 2,",
    ),
    plant(
        "shutdown: brutal_kill asks first (S-14)",
        "crates/actor-supervisor/src/shutdown.rs",
        "Shutdown::BrutalKill => ExitReason::Kill,\n        Shutdown::After(_)",
        "Shutdown::BrutalKill | Shutdown::After(_)",
    ),
    plant(
        "a failed restart: the others of the group are started all the same (S-42)",
        "crates/actor-supervisor/src/supervision/ended.rs",
        "                self.restart_later(key, cx);\n                return;\n",
        "                self.restart_later(key, cx);\n                continue;\n",
    ),
    plant(
        "dynamic supervisors: one child more than max_children (D-6)",
        "crates/actor-supervisor/src/dynamic_supervisor/request.rs",
        "self.supervision.children().len() >= self.max_children",
        "self.supervision.children().len() > self.max_children",
    ),
    plant(
        "name release: whoever is killed keeps its name (N-2)",
        "crates/actor-core/src/process/incarnation.rs",
        "        self.release_name();\n",
        "        if reason != ExitReason::Killed {\n            self.release_name();\n        }\n",
    ),
    plant(
        "order: an EXIT overtakes the messages before it (P-2, P-7)",
        "crates/actor-core/src/inbox.rs",
        "Reaction::Deliver(reason) => state.enqueue(message(reason), &self.task),",
        "Reaction::Deliver(reason) => {\n                let wakers = state.enqueue(message(reason), &self.task);\n                state.queue.rotate_right(1);\n                wakers\n            }",
    ),
    plant(
        "order: monitors fire before links (P-24)",
        "crates/actor-core/src/process/incarnation.rs",
        "    for (_, link) in tied.links.into_sorted() {\n        link.peer.cell().link_fired(pid, reason.clone());\n    }\n    for (monitor, watcher) in tied.watchers.into_sorted() {\n        watcher.cell().down(monitor, pid.clone(), reason.clone());\n    }\n",
        "    for (monitor, watcher) in tied.watchers.into_sorted() {\n        watcher.cell().down(monitor, pid.clone(), reason.clone());\n    }\n    for (_, link) in tied.links.into_sorted() {\n        link.peer.cell().link_fired(pid, reason.clone());\n    }\n",
    ),
    plant(
        "exit signals: kill over a link cannot be trapped (P-9)",
        "crates/actor-core/src/exit_signal.rs",
        "(Origin::Exit | Origin::ExitSelf, ExitReason::Kill) =>",
        "(_, ExitReason::Kill) =>",
    ),
    plant(
        "exit signals: whoever is killed ends with kill (P-8)",
        "crates/actor-core/src/exit_signal.rs",
        "Reaction::Die(ExitReason::Killed)",
        "Reaction::Die(ExitReason::Kill)",
    ),
    plant(
        "exit signals: exit(self, normal) does nothing (P-10)",
        "crates/actor-core/src/exit_signal.rs",
        "        (Origin::ExitSelf, ExitReason::Normal) => Reaction::Die(reason),\n",
        "",
    ),
    plant(
        "links: a normal exit of the parent is an ordinary message (G-42)",
        "crates/actor-core/src/process/dispatch.rs",
        "System::Exit(exit) if cell.is_parent(exit.from.as_ref()) => {",
        "System::Exit(exit)\n            if cell.is_parent(exit.from.as_ref()) && exit.reason != crate::ExitReason::Normal =>\n        {",
    ),
    plant(
        "links: linking to the dead is fine (P-15)",
        "crates/actor-core/src/cell.rs",
        "            self.remove_link(peer.id());\n        }\n        alive\n",
        "            self.remove_link(peer.id());\n        }\n        alive || !self.inbox.traps()\n",
    ),
    plant(
        "monitors: a DOWN in the inbox cannot be flushed (P-23)",
        "crates/actor-core/src/cell/any_cell.rs",
        "if fired && !flush {",
        "if fired {",
    ),
    plant(
        "monitors: one death is one DOWN, however many there are (P-18)",
        "crates/actor-core/src/process/incarnation.rs",
        "in tied.watchers.into_sorted() {",
        "in tied.watchers.into_sorted().into_iter().take(1) {",
    ),
    plant(
        "stops: any end is the end that was asked for (G-47)",
        "crates/actor-core/src/lifecycle.rs",
        "            end if end == reason => Ok(()),\n            other => Err(StopError::Exited(other)),\n",
        "            _ => Ok(()),\n",
    ),
    plant(
        "calls: a server that ends with normal before it replies was never there (G-26)",
        "crates/actor-core/src/call/awaited.rs",
        "        Fate::Dead(reason) => CallError::Exited(reason),\n",
        "        Fate::Dead(reason) if !reason.is_abnormal() => CallError::NoProc,\n        Fate::Dead(reason) => CallError::Exited(reason),\n",
    ),
    plant(
        "in the model of trees: one_for_all leaves what stands after the failed one",
        "tests/otp/src/trees/model/supervisor.rs",
        "            Strategy::OneForOne => at,\n            Strategy::OneForAll | Strategy::RestForOne =>",
        "            Strategy::OneForOne | Strategy::OneForAll => at,\n            Strategy::RestForOne =>",
    ),
    plant(
        "in the model of processes: a normal exit ends whoever does not trap (P-6)",
        "tests/otp/src/processes/model/life.rs",
        "            End::Normal if !trap => {}\n",
        "",
    ),
];
