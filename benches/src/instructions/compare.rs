//! What counts say beside those that were kept.

use std::fmt;

use super::kept::Counts;

/// So much above what is kept is allowed, in parts of a hundred.
const ALLOWED: u64 = 5;

fn is_too_much(kept: u64, now: u64) -> bool {
    now * 100 > kept * (100 + ALLOWED)
}

/// By how many parts of a hundred a count has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change(f64);

impl Change {
    #[expect(clippy::cast_precision_loss, reason = "they are far below 2^52")]
    pub fn of(before: u64, now: u64) -> Self {
        Self((now as f64 / before as f64 - 1.0) * 100.0)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1} %", self.0)
    }
}

/// What one more operation takes, of two runs with so many operations and instructions.
pub fn per_operation(short: (u64, u64), long: (u64, u64)) -> u64 {
    let (operations, instructions) = (long.0 - short.0, long.1.saturating_sub(short.1));
    (instructions + operations / 2) / operations
}

/// What has become too much; nothing if nothing is kept.
pub fn worse(now: &Counts, before: Option<&Counts>) -> Vec<String> {
    let Some(before) = before else {
        return Vec::new();
    };
    let pairs = now
        .iter()
        .filter_map(|(name, &now)| Some((name, *before.get(name)?, now)));
    pairs
        .filter(|&(_, kept, now)| is_too_much(kept, now))
        .map(|(name, kept, now)| format!("{name} {kept} to {now} ({})", Change::of(kept, now)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn startup_cancels_and_what_is_left_is_rounded() {
        for (short, long, each) in [
            ((10, 5_000), (20, 6_000), 100),
            ((10, 5_000), (20, 6_004), 100),
            ((10, 5_000), (20, 6_005), 101),
            ((0, 70), (1, 70), 0),
            ((0, 80), (1, 70), 0), // chance, where an operation costs nothing
        ] {
            assert_eq!(per_operation(short, long), each, "{short:?} {long:?}");
        }
    }

    fn counts(cast: u64, call: Option<u64>) -> Counts {
        let call = call.map(|call| ("call".to_owned(), call));
        call.into_iter()
            .chain([("cast".to_owned(), cast)])
            .collect()
    }

    #[test]
    fn past_five_of_a_hundred_it_is_worse() {
        let kept = counts(1_000, Some(200));
        for (now, worse_ones) in [
            (counts(1_000, Some(200)), vec![]),
            (counts(1_050, Some(210)), vec![]),
            (counts(10, Some(20)), vec![]),
            (counts(1_051, None), vec!["cast 1000 to 1051 (+5.1 %)"]),
            (
                counts(2_000, Some(211)),
                vec!["call 200 to 211 (+5.5 %)", "cast 1000 to 2000 (+100.0 %)"],
            ),
        ] {
            assert_eq!(worse(&now, Some(&kept)), worse_ones);
        }
    }

    #[test]
    fn what_was_never_kept_is_not_worse() {
        assert!(worse(&counts(9, Some(9)), None).is_empty());
        assert!(worse(&counts(9, Some(9)), Some(&counts(9, None))).is_empty());
    }
}
