use super::{Wanted, order};

/// The order of `a: b c, b, c` as `b c a`, or what is wrong with it; `x` runs already.
fn ordered(list: &str) -> String {
    let parsed: Vec<(&str, Vec<String>)> = list
        .split(", ")
        .filter_map(|entry| entry.split_once(':'))
        .map(|(name, rest)| (name, rest.split_whitespace().map(str::to_owned).collect()))
        .collect();
    let wanted: Vec<_> = parsed
        .iter()
        .map(|(name, dependencies)| Wanted { name, dependencies })
        .collect();
    match order(&wanted, |name| name == "x") {
        Ok(order) => {
            let names: Vec<_> = order.iter().map(|&at| wanted[at].name).collect();
            names.join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn each_starts_after_what_it_depends_on_and_else_in_the_order_of_the_list() {
    for (list, expected) in [
        ("", ""),
        ("a:", "a"),
        ("a:, b:, c:", "a b c"),
        ("a: b, b:", "b a"),
        ("a: c, b:, c:", "c a b"),
        ("a: b c, b: d, c: d, d:", "d b c a"),
        ("a: b b, b:", "b a"),
        ("a: x, b: a x", "a b"),
        ("c: b, b: a, a:", "a b c"),
    ] {
        assert_eq!(ordered(list), expected, "{list}");
    }
}

#[test]
fn what_cannot_be_ordered_is_told_by_names() {
    for (list, expected) in [
        (
            "a:, b:, a: b",
            "two applications are called `a`: give one of them another `name`",
        ),
        (
            "a: y, b:",
            "application `a` depends on `y`, which is not among the applications to start: a, b",
        ),
        (
            "a: a",
            "applications depend on each other in a circle: a -> a",
        ),
        (
            "d: c, a: b, b: c, c: a",
            "applications depend on each other in a circle: c -> a -> b -> c",
        ),
    ] {
        assert_eq!(ordered(list), expected, "{list}");
    }
}

#[test]
fn a_long_chain_is_ordered() {
    let names: Vec<String> = (0..1_000).map(|n| format!("a{n}")).collect();
    let list: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Wanted {
            name,
            dependencies: names.get(at + 1..at + 2).unwrap_or_default(),
        })
        .collect();
    let order = order(&list, |_| false).expect("no circle");
    assert_eq!(order, (0..1_000).rev().collect::<Vec<_>>());
}
