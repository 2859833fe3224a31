//! What the recorded cases have to contain, so that no rule goes unjudged.

use super::script::{Restart, Strategy};

const STRATEGIES: [Strategy; 3] = [
    Strategy::OneForOne,
    Strategy::OneForAll,
    Strategy::RestForOne,
];

const RESTARTS: [Restart; 3] = [Restart::Permanent, Restart::Transient, Restart::Temporary];

const ENDS: [&str; 6] = [
    "stop normal",
    "stop shutdown",
    "stop shutdown_tagged",
    "stop error",
    "panic",
    "kill",
];

const TREES: [&str; 58] = [
    "a batch of 1 deaths, in order of their names",
    "a batch of 2 deaths, in another order",
    "a batch of 2 deaths, in order of their names",
    "a batch of 3 deaths, in another order",
    "a batch of 3 deaths, in order of their names",
    "a death under max_restarts 0",
    "a deleted child comes back at the end",
    "a restart fails 1 times, then succeeds",
    "a restart fails 2 times, then succeeds",
    "a restart fails 3 times, then succeeds",
    "a restart leaves the window",
    "a sibling fails during a group restart",
    "a significant child ends, and others are left",
    "a start is ignored at a restart",
    "a start is ignored at boot",
    "a worker that does not trap is shut down",
    "ask_stop: ok",
    "auto_shutdown AllSignificant",
    "auto_shutdown AnySignificant",
    "brutal_kill",
    "count_children: exit",
    "count_children: told",
    "delete_child: exit",
    "delete_child: not_found",
    "delete_child: ok",
    "delete_child: restarting",
    "delete_child: running",
    "exit: ok",
    "get_childspec: not_found",
    "get_childspec: permanent",
    "get_childspec: temporary",
    "get_childspec: transient",
    "restart_child: exit",
    "restart_child: failed",
    "restart_child: ignored",
    "restart_child: not_found",
    "restart_child: restarting",
    "restart_child: running",
    "restart_child: started",
    "start_child: already_present",
    "start_child: already_started",
    "start_child: exit",
    "start_child: failed",
    "start_child: ignored",
    "start_child: invalid",
    "start_child: started",
    "terminate_child cancels a restart",
    "terminate_child: exit",
    "terminate_child: not_found",
    "terminate_child: ok",
    "the limit of a shutdown is hit",
    "the limit of restarts is exceeded at a Permanent supervisor",
    "the limit of restarts is exceeded at a Temporary supervisor",
    "the limit of restarts is exceeded at a Transient supervisor",
    "the limit of restarts is exceeded at the root",
    "the start of the root fails",
    "the start of the root fails, and siblings are rolled back",
    "which_children: told",
];

const DYNAMIC: [&str; 17] = [
    "a dynamic supervisor stops several children",
    "dynamic: a Temporary child is gone",
    "dynamic: a Transient child is gone",
    "dynamic: a restart",
    "dynamic: a restart fails",
    "dynamic: a start is ignored at a restart",
    "dynamic: start_child: failed",
    "dynamic: start_child: ignored",
    "dynamic: start_child: max_children",
    "dynamic: start_child: started",
    "dynamic: terminate_child cancels a restart",
    "dynamic: terminate_child: not_found",
    "dynamic: terminate_child: ok",
    "dynamic: the limit of restarts is exceeded",
    "start_child: exit",
    "terminate_child: exit",
    "which_children: told",
];

pub(super) fn of_trees() -> Vec<String> {
    let mut all: Vec<_> = TREES.map(str::to_owned).into();
    for strategy in STRATEGIES {
        for restart in RESTARTS {
            all.extend(ENDS.map(|end| format!("{strategy:?}, {restart:?}, {end}")));
        }
    }
    all
}

pub(super) fn of_dynamic() -> Vec<String> {
    DYNAMIC.map(str::to_owned).into()
}
