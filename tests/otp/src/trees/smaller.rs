//! Makes scripts smaller: fewer steps, fewer children, fewer options.

use super::script::{
    AutoShutdown, Child, Kind, OnShutdown, Restart, Script, Shutdown, Step, Strategy,
};

/// Returns what is left when one thing is taken away, big things first. Nothing in it hangs.
pub(super) fn smaller(script: &Script) -> Vec<Script> {
    let mut all = fewer_steps(script);
    all.extend(fewer_children(script));
    all.extend(plainer_children(script));
    all.retain(|script| ends(&script.tree));
    all
}

fn fewer_steps(script: &Script) -> Vec<Script> {
    let len = script.steps.len();
    let half = script.steps[..len / 2].to_vec();
    let mut all = vec![half];
    for at in (0..len).rev() {
        let mut steps = script.steps.clone();
        steps.remove(at);
        all.push(steps);
        if let Step::Batch { path, ops } = &script.steps[at] {
            for op in 0..ops.len() {
                let mut fewer = ops.clone();
                fewer.remove(op);
                let mut steps = script.steps.clone();
                let path = path.clone();
                steps[at] = Step::Batch { path, ops: fewer };
                all.push(steps);
            }
        }
    }
    let with = |steps: Vec<Step>| Script {
        steps,
        ..script.clone()
    };
    let shorter = all.into_iter().filter(|steps| *steps != script.steps);
    shorter.map(with).collect()
}

fn fewer_children(script: &Script) -> Vec<Script> {
    let without = |place: &Vec<usize>| {
        let (last, above) = place.split_last()?;
        let mut script = script.clone();
        let parent = at(&mut script.tree, above)?;
        list_mut(parent)?.remove(*last);
        Some(script)
    };
    places(&script.tree).iter().filter_map(without).collect()
}

fn plainer_children(script: &Script) -> Vec<Script> {
    let mut all = Vec::new();
    for place in places(&script.tree) {
        for change in CHANGES {
            let mut plainer = script.clone();
            if let Some(child) = at(&mut plainer.tree, &place) {
                change(child);
            }
            if plainer != *script {
                all.push(plainer);
            }
        }
    }
    all
}

const CHANGES: [fn(&mut Child); 8] = [
    |child| child.init.clear(),
    |child| child.init.truncate(child.init.len().saturating_sub(1)),
    |child| child.shutdown = None,
    |child| child.significant = false,
    |child| child.restart = Restart::Permanent,
    |child| {
        if let Kind::Worker(worker) = &mut child.kind {
            worker.trap = true;
            worker.on_shutdown = OnShutdown::Ok;
        }
    },
    |child| {
        if let Kind::Sup(sup) = &mut child.kind {
            sup.strategy = Strategy::OneForOne;
        }
    },
    |child| {
        if let Kind::Sup(sup) = &mut child.kind {
            let significant = sup.children.iter().any(|child| child.significant);
            if !significant {
                sup.auto_shutdown = AutoShutdown::Never;
            }
        }
    },
];

/// Where every process of the tree is, the deepest last.
fn places(tree: &Child) -> Vec<Vec<usize>> {
    let mut places = vec![Vec::new()];
    for (at, child) in list(tree).iter().enumerate() {
        let below = self::places(child);
        places.extend(below.into_iter().map(|mut place| {
            place.insert(0, at);
            place
        }));
    }
    places
}

fn at<'a>(tree: &'a mut Child, place: &[usize]) -> Option<&'a mut Child> {
    let Some((first, rest)) = place.split_first() else {
        return Some(tree);
    };
    at(list_mut(tree)?.get_mut(*first)?, rest)
}

fn list(child: &Child) -> &[Child] {
    match &child.kind {
        Kind::Sup(sup) => &sup.children,
        Kind::Worker(_) | Kind::Dyn(_) => &[],
    }
}

fn list_mut(child: &mut Child) -> Option<&mut Vec<Child>> {
    match &mut child.kind {
        Kind::Sup(sup) => Some(&mut sup.children),
        Kind::Worker(_) | Kind::Dyn(_) => None,
    }
}

/// Whether it is stopped in a short time, and is a tree that may be started at all.
fn ends(child: &Child) -> bool {
    let quick = match &child.kind {
        Kind::Worker(worker) if worker.on_shutdown == OnShutdown::Hang => {
            matches!(child.shutdown, Some(Shutdown::Within(_)))
        }
        _ => true,
    };
    let mode = match &child.kind {
        Kind::Sup(sup) => sup.auto_shutdown,
        Kind::Worker(_) | Kind::Dyn(_) => AutoShutdown::Never,
    };
    let allowed = |child: &Child| {
        !child.significant || child.restart != Restart::Permanent && mode != AutoShutdown::Never
    };
    quick
        && list(child)
            .iter()
            .all(|child| allowed(child) && ends(child))
}
