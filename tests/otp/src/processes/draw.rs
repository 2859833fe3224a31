//! Draws scripts. Several models walk along, each with another chance: a step that comes out
//! differently in one of them is a race, which OTP may decide either way, and is left out.

mod pick;

mod acts;
mod hold;

use super::model::{Manner, Model};
use super::script::{Act, Script};
use crate::rng::Rng;

/// What the script calls its processes, in the order in which they come.
const LABELS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// Each model has a chance of its own, and another manner.
fn models() -> Vec<Model> {
    let mut manners = vec![Manner::Anything; 4];
    for label in LABELS {
        manners.extend([
            Manner::Quick(label),
            Manner::Slow(label),
            Manner::Far(label),
        ]);
    }
    let seeded = manners.into_iter().zip(0..);
    seeded
        .map(|(manner, seed)| Model::new(seed, manner))
        .collect()
}

/// What the clock is for in a script. Deadlines and timers would get into each other's way.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Clock {
    Unused,
    Deadlines,
    Timers,
}

/// What is drawn from.
pub(super) struct Draw<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) clock: Clock,
    pub(super) model: &'a Model,
    /// How many processes, monitors, kept callers and timers there have been.
    pub(super) counts: &'a mut Counts,
}

#[derive(Clone, Default)]
pub(super) struct Counts {
    pub(super) processes: usize,
    pub(super) words: usize,
    pub(super) waits: usize,
    /// What the script calls its timers.
    pub(super) timers: Vec<String>,
}

pub(super) fn draw(case: String, seed: u64) -> Script {
    let mut rng = Rng::new(seed);
    let clocks = [
        (27, Clock::Unused),
        (33, Clock::Deadlines),
        (40, Clock::Timers),
    ];
    let clock = rng.weighted(&clocks).unwrap_or(Clock::Unused);
    let mut models = models();
    let mut counts = Counts::default();
    let mut steps = Vec::new();
    let len = rng.between(10, if clock == Clock::Timers { 17 } else { 20 });
    for _ in 0..4 * len {
        if steps.len() >= len {
            break;
        }
        let before = counts.clone();
        let drawn = Draw {
            rng: &mut rng,
            clock,
            model: &models[0],
            counts: &mut counts,
        }
        .step();
        match drawn.and_then(|step| Some((apply(&models, &step)?, step))) {
            Some((after, step)) => {
                models = after;
                steps.push(step);
            }
            None => counts = before,
        }
    }
    Script { case, steps }
}

/// The models after the step; none if it came out differently, or cannot be compared.
fn apply(models: &[Model], step: &Act) -> Option<Vec<Model>> {
    let mut after: Vec<Model> = Vec::with_capacity(models.len());
    let mut agreed = None;
    for model in models {
        let mut model = model.clone();
        let record = model.apply(step);
        model.forget_facts();
        let agrees = *agreed.get_or_insert_with(|| record.clone()) == record;
        if !agrees || !model.is_comparable() {
            return None;
        }
        after.push(model);
    }
    Some(after)
}
