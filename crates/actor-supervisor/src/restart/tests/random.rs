//! What holds of every decision, whatever happened before.

use std::time::Duration;

use actor_core::ExitReason;
use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;

use crate::auto_shutdown::AutoShutdown;
use crate::child_policy::Restart::{Permanent, Temporary, Transient};
use crate::children::tests::spec;
use crate::children::{Children, Keeps, Key, State};
use crate::flags::Flags;
use crate::intensity::{History, Intensity};
use crate::restart::{Decision, Trigger, decide};
use crate::strategy::Strategy::{OneForAll, OneForOne, RestForOne};

fn flags(u: &mut Unstructured<'_>) -> Result<Flags> {
    Ok(Flags {
        strategy: *u.choose(&[OneForOne, OneForAll, RestForOne])?,
        intensity: Intensity {
            max_restarts: u.int_in_range(0..=4)?,
            period: Duration::from_secs(u.int_in_range(1..=5)?),
        },
        auto_shutdown: *u.choose(&[
            AutoShutdown::Never,
            AutoShutdown::AnySignificant,
            AutoShutdown::AllSignificant,
        ])?,
    })
}

/// Children of all kinds in all states.
fn children(u: &mut Unstructured<'_>) -> Result<(Children<u64>, Vec<Key>)> {
    let mut children = Children::new(*u.choose(&[Keeps::Specs, Keeps::Processes])?);
    let mut keys = Vec::new();
    for pid in 0..u.int_in_range(1..=6)? {
        let mut spec = spec(
            &pid.to_string(),
            *u.choose(&[Permanent, Transient, Temporary])?,
        );
        spec.fields.significant = u.arbitrary()?;
        let key = children.append(spec).expect("new id");
        let _ = children.set_running(key, pid, Duration::ZERO);
        if u.ratio(1, 4)? {
            let _ = children.set_restarting(key, Duration::ZERO);
        } else if u.ratio(1, 4)? {
            let _ = children.set_undefined(key);
        }
        keys.push(key);
    }
    Ok((children, keys))
}

fn reason(u: &mut Unstructured<'_>) -> Result<ExitReason> {
    let reasons = [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::Killed,
        ExitReason::NoProc,
    ];
    Ok(u.choose(&reasons)?.clone())
}

#[test]
fn every_decision_can_be_carried_out() {
    arbtest(|u| {
        let flags = flags(u)?;
        let (children, keys) = children(u)?;
        let mut history = History::default();
        let mut now = Duration::ZERO;
        let mut restarts = 0;
        for _ in 0..u.int_in_range(1..=12)? {
            now += Duration::from_millis(u.int_in_range(0..=3_000)?);
            let key = *u.choose(&keys)?;
            let reason = reason(u)?;
            let trigger = match children.get(key).map(|child| &child.state) {
                Some(State::Restarting { ticket, .. }) => Trigger::RestartDue(*ticket),
                _ => Trigger::Ended(&reason),
            };
            let before = history.left(flags.intensity, now);
            let decision = decide(flags, &children, &mut history, key, trigger, now);
            let after = history.left(flags.intensity, now);
            match decision {
                Decision::Ignore => assert!(children.get(key).is_none()),
                Decision::Leave | Decision::ShutDown => assert_eq!(before, after), // S-27
                Decision::Delay => panic!("no child has a delay"),
                Decision::GiveUp => {
                    assert_eq!((before, after), (0, 0)); // S-29
                    return Ok(());
                }
                Decision::Restart { stop, start } => {
                    assert_eq!(before, after + 1);
                    restarts += 1;
                    check(flags, &children, key, &stop, &start);
                }
            }
        }
        let within = u64::from(flags.intensity.max_restarts);
        assert!(now > flags.intensity.period || restarts <= within);
        Ok(())
    });
}

fn check(flags: Flags, children: &Children<u64>, failed: Key, stop: &[Key], start: &[Key]) {
    assert!(start.is_sorted());
    assert!(stop.iter().rev().is_sorted()); // S-33: the reverse
    assert!(start.iter().all(|key| children.get(*key).is_some()));
    let temporary = |key: &&Key| {
        children
            .get(**key)
            .is_some_and(|child| child.spec.fields.restart == Temporary)
    };
    let is_running = |key: &Key| {
        children
            .get(*key)
            .is_some_and(|child| child.state.pid().is_some())
    };
    let mut touched = stop.iter().chain(start);
    if flags.strategy == OneForOne {
        assert!(stop.is_empty() && start == [failed]);
        return;
    }
    assert_eq!(start.iter().find(temporary), None); // S-36
    assert_eq!(start.contains(&failed), !temporary(&&failed));
    let may_stop = |key: &Key| temporary(&key) || (*key != failed && is_running(key));
    assert!(
        stop.iter().all(may_stop),
        "what runs is stopped, and what is temporary goes"
    );
    match flags.strategy {
        OneForOne => {}
        RestForOne => assert!(touched.all(|key| *key >= failed)),
        OneForAll => {}
    }
}
