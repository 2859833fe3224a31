//! The wrong rules of `just otp-plants` can still be planted: each changes one place that is there.

use std::fs;
use std::path::Path;

use otp_differential::plants::PLANTS;

#[test]
fn each_plant_changes_one_place_that_stands_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for plant in PLANTS {
        let text = fs::read_to_string(root.join(plant.file)).expect(plant.file);
        let places = text.matches(plant.right).count();
        assert_eq!(places, 1, "{}, in {}", plant.belief, plant.file);
        assert_ne!(plant.right, plant.wrong, "{}", plant.belief);
    }
}

#[test]
fn the_page_lists_each_plant_with_what_found_it() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md");
    let page = fs::read_to_string(page).expect("the page is there");
    for plant in PLANTS {
        let row = format!("| {} | ", plant.belief);
        assert!(page.contains(&row), "no row of {}", plant.belief);
    }
}
