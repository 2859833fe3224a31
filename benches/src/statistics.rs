//! What several values of the same measurement say.

/// The middle value; of an even number the upper of the two.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The least and the most.
pub fn range(values: &[f64]) -> Option<(f64, f64)> {
    let least = values.iter().copied().min_by(f64::total_cmp)?;
    let most = values.iter().copied().max_by(f64::total_cmp)?;
    Some((least, most))
}

/// How far least and most are apart, as a part of the middle.
pub fn spread(values: &[f64]) -> Option<f64> {
    let (least, most) = range(values)?;
    let middle = median(values)?;
    (middle > 0.0).then(|| (most - least) / middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_what_it_says() {
        for (values, middle, least_and_most, apart) in [
            (&[][..], None, None, None),
            (&[4.0], Some(4.0), Some((4.0, 4.0)), Some(0.0)),
            (&[3.0, 1.0, 2.0], Some(2.0), Some((1.0, 3.0)), Some(1.0)),
            (
                &[4.0, 1.0, 2.0, 3.0],
                Some(3.0),
                Some((1.0, 4.0)),
                Some(1.0),
            ),
            (&[0.0, 0.0], Some(0.0), Some((0.0, 0.0)), None),
        ] {
            assert_eq!(median(values), middle, "{values:?}");
            assert_eq!(range(values), least_and_most, "{values:?}");
            assert_eq!(spread(values), apart, "{values:?}");
        }
    }
}
