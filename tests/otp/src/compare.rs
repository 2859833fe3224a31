//! Three parties, one trace: OTP judges, the model and the library have to agree with it.

use std::any::Any;
use std::fmt::Write as _;
use std::{io, panic, slice};

use serde_json::{Value, json};

use crate::corpus::{Corpus, Facts};
use crate::oracle::Oracle;
use crate::trace::Trace;

/// How often a script is made smaller.
const ROUNDS: usize = 40;

/// How often OTP is asked again for those that the clock has overtaken, as the machine was busy.
const PATIENCE: usize = 10;

/// How many scripts are made smaller; whoever has seen these knows where to look.
const SHRUNK: usize = 3;

/// How often each thing that is required has to happen in recorded cases.
pub const LEAST: usize = 20;

/// What was compared.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many scripts.
    pub cases: usize,
    /// For how many OTP was asked again, and how many of those it told otherwise then.
    pub again: (usize, usize),
    /// Each with its script, the first step that differs, and all sides.
    pub differences: Vec<String>,
    /// What all scripts together have covered.
    pub facts: Facts,
}

/// One script as all three tell it.
struct Sides {
    otp: Result<Trace, String>,
    model: Trace,
    ours: Trace,
}

impl Sides {
    fn of<C: Corpus>(script: &C::Script, otp: Result<Trace, String>) -> (Self, Facts) {
        let (model, facts) = C::play(script);
        let ours =
            panic::catch_unwind(|| C::run(script)).unwrap_or_else(|payload| panicked(&*payload));
        (Self { otp, model, ours }, facts)
    }

    fn agree(&self) -> bool {
        self.model == self.ours && self.otp.as_ref() == Ok(&self.model)
    }
}

/// Returns the first recorded case that differs: which one it is, from 1 on, and what is told of it.
pub fn first_difference<C: Corpus>(cases: &[(C::Script, Trace)]) -> Option<(usize, String)> {
    let mut numbered = cases.chunks(1).zip(1..);
    numbered.find_map(|(case, number)| {
        let told = recorded::<C>(case).differences.pop()?;
        Some((number, told))
    })
}

/// Compares recorded traces with both other parties.
pub fn recorded<C: Corpus>(cases: &[(C::Script, Trace)]) -> Outcome {
    let mut outcome = Outcome::default();
    for (script, otp) in cases {
        let (sides, facts) = Sides::of::<C>(script, Ok(otp.clone()));
        outcome.add(facts);
        if !sides.agree() {
            outcome.differences.push(told::<C>(script, &sides));
        }
    }
    outcome
}

/// Asks OTP for these scripts, compares, and makes what differs smaller.
///
/// # Errors
///
/// If the oracle has died.
pub fn fresh<C: Corpus>(oracle: &mut Oracle, scripts: &[C::Script]) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let traces = ask::<C>(oracle, scripts)?;
    for (script, otp) in scripts.iter().zip(traces) {
        let (mut sides, facts) = Sides::of::<C>(script, otp);
        outcome.add(facts);
        if !sides.agree()
            && let Some(again) = ask::<C>(oracle, slice::from_ref(script))?.pop()
        {
            outcome.again.0 += 1;
            outcome.again.1 += usize::from(again != sides.otp);
            sides.otp = again; // what OTP does not tell twice, the machine has decided
        }
        if !sides.agree() {
            let (script, sides) = match outcome.differences.len() < SHRUNK {
                true => shrink::<C>(oracle, script.clone(), sides)?,
                false => (script.clone(), sides),
            };
            outcome.differences.push(told::<C>(&script, &sides));
        }
    }
    Ok(outcome)
}

/// Asks OTP for the traces of these scripts.
///
/// # Errors
///
/// If the oracle has died.
pub fn ask<C: Corpus>(
    oracle: &mut Oracle,
    scripts: &[C::Script],
) -> io::Result<Vec<Result<Trace, String>>> {
    let lines: Result<Vec<_>, _> = scripts.iter().map(serde_json::to_string).collect();
    let lines = lines?;
    let mut traces = oracle.ask(&lines)?;
    for _ in 0..PATIENCE {
        let slow = |at: &usize| {
            traces[*at]
                .as_ref()
                .is_err_and(|told| told.contains("too slow"))
        };
        let slow: Vec<_> = (0..traces.len()).filter(slow).collect();
        let again: Vec<_> = slow.iter().map(|at| lines[*at].clone()).collect();
        for (at, trace) in slow.into_iter().zip(oracle.ask(&again)?) {
            traces[at] = trace;
        }
    }
    Ok(traces)
}

/// Takes things away from the script as long as something still differs.
fn shrink<C: Corpus>(
    oracle: &mut Oracle,
    mut script: C::Script,
    mut sides: Sides,
) -> io::Result<(C::Script, Sides)> {
    for _ in 0..ROUNDS {
        let smaller = C::smaller(&script);
        let traces = ask::<C>(oracle, &smaller)?;
        let differing = smaller.into_iter().zip(traces).find_map(|(script, otp)| {
            let otp = Ok(otp.ok()?); // a script that OTP cannot run shows nothing
            let (sides, _) = Sides::of::<C>(&script, otp);
            (!sides.agree()).then_some((script, sides))
        });
        match differing {
            None => break,
            Some(smaller) => (script, sides) = smaller,
        }
    }
    Ok((script, sides))
}

impl Outcome {
    fn add(&mut self, facts: Facts) {
        self.cases += 1;
        for (fact, count) in facts {
            *self.facts.entry(fact).or_default() += count;
        }
    }

    /// Returns what of this has happened fewer than [`LEAST`] times, and how often.
    #[must_use]
    pub fn lacking(&self, required: &[String]) -> Vec<(String, usize)> {
        let count = |fact: &String| self.facts.get(fact).copied().unwrap_or(0);
        let counted = required.iter().map(|fact| (fact.clone(), count(fact)));
        counted.filter(|(_, count)| *count < LEAST).collect()
    }

    /// Adds what another comparison has found.
    pub fn extend(&mut self, other: Self) {
        self.cases += other.cases;
        self.again.0 += other.again.0;
        self.again.1 += other.again.1;
        self.differences.extend(other.differences);
        for (fact, count) in other.facts {
            *self.facts.entry(fact).or_default() += count;
        }
    }
}

/// What is told of a script on which the library hangs, or leaves processes behind.
fn panicked(payload: &(dyn Any + Send)) -> Trace {
    let told = payload.downcast_ref::<String>().cloned();
    Trace(vec![json!({"panic": told.unwrap_or_default()})])
}

/// The script, the first step that differs, and what each party tells of it.
fn told<C: Corpus>(script: &C::Script, sides: &Sides) -> String {
    let shown = serde_json::to_string(script).unwrap_or_default();
    let mut text = format!("case {}\nscript {shown}\n", C::case(script));
    let otp = match &sides.otp {
        Ok(otp) => otp,
        Err(error) => {
            let _ = writeln!(text, "OTP gives no trace: {error}");
            return text;
        }
    };
    let places = [&sides.model, &sides.ours].map(|side| otp.first_difference(side));
    let Some(at) = places.into_iter().flatten().min() else {
        return text;
    };
    let _ = writeln!(text, "step {at} differs");
    for (name, side) in [
        ("OTP  ", otp),
        ("model", &sides.model),
        ("ours ", &sides.ours),
    ] {
        let record = side
            .0
            .get(at)
            .map_or("nothing".to_owned(), Value::to_string);
        let _ = writeln!(text, "{name} {record}");
    }
    text
}
