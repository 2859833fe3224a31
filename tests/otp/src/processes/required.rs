//! What the recorded cases have to contain, so that no rule goes unjudged.

use super::script::{How, InitPlan};

/// The words of reasons, as traces tell them.
const REASONS: [&str; 7] = [
    "normal",
    "shutdown",
    "shutdown_tagged",
    "kill",
    "killed",
    "noproc",
    "error",
];

const HOWS: [How; 3] = [How::Start, How::Link, How::Monitor];

const INITS: [InitPlan; 6] = [
    InitPlan::Ok,
    InitPlan::Ignore,
    InitPlan::Stop,
    InitPlan::Panic,
    InitPlan::Brief,
    InitPlan::Hang,
];

const FACTS: [&str; 61] = [
    "a DOWN by name finds another holder",
    "a DOWN by name finds the name free",
    "a DOWN is taken back",
    "a call: Forward",
    "a call: Keep",
    "a call: Panic",
    "a call: Reply",
    "a call: Stop",
    "a call: StopReply",
    "a cast to nobody",
    "a late reply is dropped",
    "a link is taken away",
    "a link to oneself",
    "a link to the dead by a trapping process",
    "a message to the dead vanishes",
    "a monitor on a name that nobody holds",
    "a monitor on oneself",
    "a monitor on the dead",
    "a name is held again",
    "a second link",
    "a timer finds nobody",
    "a timer finds the holder of a name",
    "a timer fires",
    "an end waits behind messages of the same sender",
    "an unlink leaves an EXIT in the inbox",
    "call: calling_self",
    "call: reply",
    "call: timeout",
    "cancel: left",
    "cancel: none",
    "cast: ok",
    "demonitor: ok",
    "exit: ok",
    "forward: calling_self",
    "forward: exit noproc",
    "forward: reply",
    "forward: timeout",
    "link: noproc",
    "link: ok",
    "monitor: ok",
    "one death, and several DOWN to one watcher",
    "read: left",
    "read: none",
    "reply: ok",
    "send: ok",
    "several messages wait for a busy process",
    "spawn: already_started",
    "spawn: ignored",
    "spawn: started",
    "spawn: timeout",
    "stop: calling_self",
    "stop: ok",
    "stop: timeout",
    "the exit of a parent ends a trapping server",
    "the exit of a parent waits behind other messages",
    "timer: ok",
    "trap: false",
    "trap: true",
    "unlink: ok",
    "whereis: none",
    "whereis: somebody",
];

pub(super) fn of_processes() -> Vec<String> {
    let mut all: Vec<_> = FACTS.map(str::to_owned).into();
    for reason in REASONS {
        all.push(format!("{reason} to oneself"));
        for over in ["a link", "exit"] {
            for trap in [true, false] {
                all.push(format!("{reason} over {over}, trapping {trap}"));
            }
        }
        // Nobody is told of a stop that it failed if it did what was asked.
        all.push(format!("call: exit {reason}"));
        all.push(format!("stop: exit {reason}"));
        all.push(format!("spawn: failed {reason}"));
    }
    for how in HOWS {
        // What a linked start that crashes does to its starter, OTP 25 decides either way.
        let inits = INITS
            .into_iter()
            .filter(|init| how != How::Link || *init != InitPlan::Panic);
        all.extend(inits.map(|init| format!("init {init:?}, {how:?}")));
    }
    all
}
