//! What the comparison needs of a corpus, whatever its scripts are about.

use std::collections::BTreeMap;
use std::panic::RefUnwindSafe;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::trace::Trace;

/// How often each thing that a corpus must contain has happened.
pub type Facts = BTreeMap<String, usize>;

/// A kind of scripts: how they are drawn, played and made smaller.
pub trait Corpus {
    /// The scripts of this kind.
    type Script: Clone + Serialize + DeserializeOwned + RefUnwindSafe;

    /// What its files and cases are called.
    const NAME: &'static str;

    /// How many of its cases are recorded.
    const RECORDED: u64;

    /// Draws the script of a seed.
    fn draw(seed: u64) -> Self::Script;

    /// Runs it through the model, which also tells what it has covered.
    fn play(script: &Self::Script) -> (Trace, Facts);

    /// Runs it on the library.
    fn run(script: &Self::Script) -> Trace;

    /// Returns scripts that are a little smaller, the smallest first.
    fn smaller(script: &Self::Script) -> Vec<Self::Script>;

    /// Returns what its recorded cases have to contain.
    fn required() -> Vec<String>;

    /// Returns what the case is called.
    fn case(script: &Self::Script) -> &str;
}
