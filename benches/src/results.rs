//! What was measured, as it is kept in a file.

use serde::{Deserialize, Serialize};

use crate::benchmark::{Goal, Kind};
use crate::runtime::Flavor;
use crate::setting::Setting;
use crate::statistics::{median, spread};

/// If the repetitions of the reference are further apart, something else was going on.
pub const UNSTEADY: f64 = 0.15;

/// What the growth of tables adds to each operation, at most.
const GROWTH: f64 = 0.05;

#[derive(Serialize, Deserialize)]
pub struct Results {
    pub setting: Setting,
    pub rows: Vec<Row>,
}

/// One benchmark on one runtime.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub benchmark: String,
    pub unit: String,
    pub kind: Kind,
    pub runtime: Flavor,
    pub goal: Option<Goal>,
    /// How often all of it was measured anew, because the reference was unsteady.
    pub repeated: u32,
    /// The first is the reference.
    pub entries: Vec<Entry>,
}

/// What one contestant, or one way, came to in each repetition: operations in a second, or what each of
/// them takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub column: String,
    pub values: Vec<f64>,
}

impl Row {
    /// How far the repetitions of the reference are apart.
    pub fn spread(&self) -> f64 {
        let reference = self.entries.first();
        let spread = reference.and_then(|entry| spread(&entry.values));
        spread.unwrap_or(0.0)
    }

    pub fn is_unsteady(&self) -> bool {
        !self.kind.is_counted() && self.spread() > UNSTEADY
    }

    /// Whether the second column is as good as is wanted; none if nothing is, or it is not there.
    pub fn meets_goal(&self) -> Option<bool> {
        let middle = |at: usize| median(&self.entries.get(at)?.values);
        let (reference, ours) = (middle(0)?, middle(1)?);
        Some(match self.goal? {
            Goal::Faster(times) => ours >= reference * times,
            Goal::Within(times) => ours * times >= reference,
            Goal::AtMost(amount) if self.kind == Kind::Allocations => ours <= amount + GROWTH,
            Goal::AtMost(amount) => ours <= amount,
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn row(kind: Kind, goal: Option<Goal>, values: &[&[f64]]) -> Row {
        let entry = |(column, values): (&str, &&[f64])| Entry {
            column: column.to_owned(),
            values: values.to_vec(),
        };
        Row {
            benchmark: "b".to_owned(),
            unit: "casts".to_owned(),
            kind,
            runtime: Flavor::MultiThread,
            goal,
            repeated: 0,
            entries: ["x", "y", "z"].into_iter().zip(values).map(entry).collect(),
        }
    }

    #[test]
    fn a_goal_is_met_or_missed_by_the_second_column() {
        for (goal, values, met) in [
            (Some(Goal::Faster(2.0)), &[&[10.0][..], &[20.0]][..], true),
            (Some(Goal::Faster(2.0)), &[&[10.0], &[19.9]], false),
            (
                Some(Goal::Faster(2.0)),
                &[&[1.0, 10.0, 90.0], &[5.0, 20.0, 21.0]],
                true,
            ),
            (Some(Goal::Within(1.5)), &[&[30.0], &[20.0]], true),
            (Some(Goal::Within(1.5)), &[&[30.0], &[19.0]], false),
            (Some(Goal::AtMost(800.0)), &[&[1790.0], &[800.0]], true),
            (Some(Goal::AtMost(800.0)), &[&[100.0], &[801.0]], false),
        ] {
            let row = row(Kind::Speed, goal, values);
            assert_eq!(row.meets_goal(), Some(met), "{row:?}");
        }
    }

    #[test]
    fn the_growth_of_tables_is_no_allocation() {
        for (ours, met) in [(4.0, true), (4.04, true), (4.5, false)] {
            let row = row(
                Kind::Allocations,
                Some(Goal::AtMost(4.0)),
                &[&[3.0], &[ours]],
            );
            assert_eq!(row.meets_goal(), Some(met), "{ours}");
        }
    }

    #[test]
    fn without_goal_or_value_nothing_is_met_or_missed() {
        let goal = Some(Goal::Faster(1.0));
        for (goal, values) in [
            (None, &[&[1.0][..], &[1.0]][..]),
            (goal, &[&[1.0], &[]]),
            (goal, &[&[], &[1.0]]),
            (goal, &[&[1.0]]),
        ] {
            assert_eq!(row(Kind::Speed, goal, values).meets_goal(), None);
        }
    }

    #[test]
    fn only_a_speed_whose_reference_varies_is_unsteady() {
        for (kind, values, unsteady) in [
            (Kind::Speed, &[&[100.0, 100.0, 116.0][..], &[1.0]][..], true),
            (Kind::Speed, &[&[100.0, 100.0, 115.0], &[1.0]], false),
            (Kind::Speed, &[&[100.0], &[1.0, 9.0]], false),
            (Kind::Speed, &[&[], &[1.0]], false),
            (Kind::Bytes, &[&[100.0, 100.0, 200.0]], false),
        ] {
            assert_eq!(row(kind, None, values).is_unsteady(), unsteady);
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let row = row(Kind::Bytes, Some(Goal::AtMost(8.0)), &[&[1.0, 2.0], &[]]);
        let text = serde_json::to_string(&row).expect("text");
        let again: Row = serde_json::from_str(&text).expect("it is read");
        assert_eq!(format!("{again:?}"), format!("{row:?}"));
    }
}
