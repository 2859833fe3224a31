//! Makes scripts smaller: fewer steps, fewer held ones.

use super::script::{Act, Script};

/// Returns what is left when one thing is taken away, big things first.
pub(super) fn smaller(script: &Script) -> Vec<Script> {
    let len = script.steps.len();
    let mut all = vec![script.steps[..len / 2].to_vec()];
    for at in (0..len).rev() {
        let mut steps = script.steps.clone();
        let removed = steps.remove(at);
        all.push(steps);
        if let Act::Hold { at: label, ops } = removed {
            for op in 0..ops.len() {
                let mut fewer = ops.clone();
                fewer.remove(op);
                let mut steps = script.steps.clone();
                let at_label = label.clone();
                steps[at] = Act::Hold {
                    at: at_label,
                    ops: fewer,
                };
                all.push(steps);
            }
            let mut steps = script.steps.clone();
            steps.splice(at..=at, ops);
            all.push(steps);
        }
    }
    let shorter = all.into_iter().filter(|steps| *steps != script.steps);
    let with = |steps| Script {
        case: script.case.clone(),
        steps,
    };
    shorter.map(with).collect()
}
