//! What is plotted, taken from the results.

use super::as_float;
use crate::benchmark::{CONTESTANTS, Kind};
use crate::results::Row;
use crate::runtime::Flavor;
use crate::statistics::{median, range};

/// Groups of bars, a bar for each column.
#[derive(Debug, PartialEq)]
pub struct Bars {
    pub columns: Vec<String>,
    pub groups: Vec<Group>,
}

#[derive(Debug, PartialEq)]
pub struct Group {
    name: String,
    /// One for each column; none where it has no such thing.
    values: Vec<Option<f64>>,
}

pub struct Bar {
    pub left: f64,
    pub right: f64,
    pub value: f64,
}

impl Bars {
    /// The least and the most that is shown.
    pub fn range(&self) -> Option<(f64, f64)> {
        let values = self.groups.iter().flat_map(|group| &group.values);
        let values: Vec<f64> = values.flatten().copied().filter(|it| *it > 0.0).collect();
        range(&values)
    }

    /// The name of the group whose middle is there.
    pub fn group_at(&self, x: f64) -> Option<&str> {
        let mut names = (0..).zip(&self.groups);
        let found = names.find(|(at, _)| (f64::from(*at) + 0.5 - x).abs() < 1e-6);
        found.map(|(_, group)| group.name.as_str())
    }

    pub fn bars_of(&self, column: usize) -> impl Iterator<Item = Bar> {
        let width = 0.8 / as_float(self.columns.len());
        self.groups
            .iter()
            .enumerate()
            .filter_map(move |(at, group)| {
                let left = as_float(at) + 0.1 + width * as_float(column);
                let value = group.values.get(column).copied().flatten()?;
                Some(Bar {
                    left,
                    right: left + width,
                    value,
                })
            })
    }
}

/// Those on two workers in which contestants are compared.
fn beside(rows: &[Row], kind: Kind) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| {
        let columns = row.entries.iter().map(|entry| entry.column.as_str());
        row.kind == kind
            && row.runtime == Flavor::MultiThread
            && columns.eq(CONTESTANTS.iter().copied())
    })
}

/// Ratios to the first contestant, who is left out.
pub fn speeds(rows: &[Row]) -> Bars {
    let group = |row: &Row| {
        let middle = |at: usize| median(&row.entries.get(at)?.values);
        let ratio = |at| Some(middle(at)? / middle(0)?);
        Group {
            name: row.benchmark.clone(),
            values: (1..row.entries.len()).map(ratio).collect(),
        }
    };
    Bars {
        columns: CONTESTANTS[1..].iter().map(ToString::to_string).collect(),
        groups: beside(rows, Kind::Speed).map(group).collect(),
    }
}

/// Bytes per idle actor.
pub fn idle(rows: &[Row]) -> Bars {
    let group = |row: &Row| Group {
        name: row.benchmark.clone(),
        values: row.entries.iter().map(|it| median(&it.values)).collect(),
    };
    Bars {
        columns: CONTESTANTS.iter().map(ToString::to_string).collect(),
        groups: beside(rows, Kind::Bytes).map(group).collect(),
    }
}

/// By contestant: how many children, and microseconds for each.
#[derive(Debug, PartialEq)]
pub struct Lines(pub Vec<(String, Vec<(f64, f64)>)>);

impl Lines {
    /// The fewest and the most children, and the longest time.
    pub fn range(&self) -> Option<((f64, f64), f64)> {
        let points = || self.0.iter().flat_map(|(_, points)| points);
        let children: Vec<f64> = points().map(|(children, _)| *children).collect();
        let times: Vec<f64> = points().map(|(_, time)| *time).collect();
        Some((range(&children)?, range(&times)?.1))
    }
}

pub fn children(rows: &[Row]) -> Lines {
    let line = |(at, column): (usize, &&str)| {
        let point = |row: &Row| {
            let thousands = row.benchmark.strip_prefix("children-")?.strip_suffix('k')?;
            let per_second = median(&row.entries.get(at)?.values)?;
            Some((thousands.parse::<f64>().ok()? * 1e3, 1e6 / per_second))
        };
        let points: Vec<_> = beside(rows, Kind::Speed).filter_map(point).collect();
        ((*column).to_owned(), points)
    };
    let lines = CONTESTANTS.iter().enumerate().map(line);
    Lines(lines.filter(|(_, points)| !points.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Entry;

    fn row(benchmark: &str, kind: Kind, values: &[f64]) -> Row {
        let entry = |(at, column): (usize, &&str)| Entry {
            column: (*column).to_owned(),
            values: values.get(at).copied().into_iter().collect(),
        };
        Row {
            benchmark: benchmark.to_owned(),
            unit: "u".to_owned(),
            kind,
            runtime: Flavor::MultiThread,
            goal: None,
            repeated: 0,
            entries: CONTESTANTS.iter().enumerate().map(entry).collect(),
        }
    }

    #[test]
    fn speeds_are_ratios_and_what_is_missing_has_no_bar() {
        let mut other_runtime = row("ring", Kind::Speed, &[1.0, 1.0]);
        other_runtime.runtime = Flavor::CurrentThread;
        let rows = [
            row("ring", Kind::Speed, &[10.0, 20.0]),
            other_runtime,
            row("idle-bytes", Kind::Bytes, &[1790.0, 716.0]),
        ];
        let bars = speeds(&rows);
        assert_eq!(bars.groups.len(), 1);
        let values: Vec<f64> = bars.bars_of(0).map(|bar| bar.value).collect();
        assert_eq!(values, [2.0]);
        assert_eq!(bars.bars_of(1).count(), 0);
        assert_eq!(bars.range(), Some((2.0, 2.0)));
        for (x, name) in [(0.5, Some("ring")), (0.0, None), (1.5, None)] {
            assert_eq!(bars.group_at(x), name);
        }
        assert_eq!(
            idle(&rows).groups[0].values[..2],
            [Some(1790.0), Some(716.0)]
        );
    }

    #[test]
    fn children_are_lines_over_their_number() {
        let rows = [
            row("children-1k", Kind::Speed, &[1e6, 5e5]),
            row("children-100k", Kind::Speed, &[1e6, 2.5e5]),
            row("ring", Kind::Speed, &[1.0, 1.0]),
        ];
        let lines = children(&rows);
        let ours = vec![(1e3, 2.0), (1e5, 4.0)];
        assert_eq!(lines.0[1], ("ours".to_owned(), ours));
        assert_eq!(lines.0.len(), 2);
        assert_eq!(lines.range(), Some(((1e3, 1e5), 4.0)));
        assert_eq!(children(&rows[2..]).range(), None);
    }
}
