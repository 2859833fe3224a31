//! Draws scripts. The model walks along, so that what is done finds something to be done to.

mod steps;
mod tree;

use super::model::Model;
use super::script::{Script, Step};
use crate::rng::Rng;

/// What a script may contain.
#[derive(Clone, Copy)]
pub(super) struct Profile {
    /// Dynamic supervisors, which need Elixir.
    pub(super) dynamic: bool,
    /// Time passes, so that restarts leave the window.
    pub(super) waits: bool,
}

/// A script's waits are these, with the period of [`Profile::period`]: sums of them are never close
/// to it, where OTP looks at whole seconds.
const WAITS: [u64; 2] = [3200, 6400];

/// How often a script may wait: a real clock has to.
const MAX_WAITS: usize = 3;

impl Profile {
    fn period(self) -> u64 {
        match self.waits {
            true => 5,
            false => 3600,
        }
    }
}

pub(super) fn draw(case: String, seed: u64, dynamic: bool) -> Script {
    let mut rng = Rng::new(seed);
    let waits = rng.percent(15);
    let profile = Profile { dynamic, waits };
    let tree = tree::root(&mut rng, profile);
    let (mut model, _) = Model::boot(&tree);
    let mut steps: Vec<Step> = Vec::new();
    let mut waits_left = MAX_WAITS;
    let len = rng.between(4, 12);
    while steps.len() < len && !model.living().is_empty() {
        let time = profile.waits && waits_left > 0 && rng.percent(25);
        let step = match rng.pick(&WAITS).filter(|_| time) {
            Some(&ms) => {
                waits_left -= 1;
                Some(Step::Wait { ms })
            }
            None => steps::draw(&mut rng, profile, &model),
        };
        if let Some(step) = step {
            model.apply(&step);
            steps.push(step);
        }
    }
    if rng.percent(10) && !model.living().is_empty() {
        let path = tree.id.clone();
        let late = Step::CountChildren { path: path.clone() }; // it finds nobody
        steps.extend([Step::Kill { path }, late]);
    }
    Script { case, tree, steps }
}
