//! Results are read in as many steps from many answers as from few.

use super::Scale;
use crate::{
    results::{self, Figure},
    scratch,
    supervisor::Supervisor,
};

/// Rows that a page of a list may read, and those by which its reader is known.
const PAGE: u64 = 500 + 2;
/// Rows of the funnel: a day, survey and device each.
const FUNNEL: u64 = (results::DAYS * 4 * 3).unsigned_abs() + 2;

pub(super) fn run(_: &Supervisor, scale: Scale, _: u64) -> String {
    let sizes = scale.of([1_000, 20_000], [1_000, 100_000]);
    let [few, many] = sizes.map(measure);
    let mut complaints = Vec::new();
    for (few, many) in few.iter().zip(&many) {
        assert_eq!(few.name, many.name);
        // A row a day, or a survey, or an answer of the person: none of that grows.
        let is_funnel = few.name.starts_with("funnel");
        let grows = many.rows > if is_funnel { FUNNEL } else { few.rows } && !few.name.starts_with("responses");
        // A page of fifty reads its rows, by an index of what is asked for: one step there, one to the row.
        let looks = ["flag", "class", "words"].iter().any(|filter| many.name.contains(filter));
        let by_index = many.name.starts_with("responses") && !looks && many.rows > 2 * 51 + 2;
        let is_list = !few.name.starts_with("metrics") && !is_funnel;
        if grows || by_index || (is_list && many.rows > PAGE) {
            complaints
                .push(format!("{}: {} rows with {}, {} with {}", few.name, few.rows, sizes[0], many.rows, sizes[1]));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
    let most = many.iter().filter(|figure| figure.name.starts_with("responses")).map(|figure| figure.rows).max();
    let metrics = many.first().map_or(0, |figure| figure.rows);
    format!(
        "{} queries with {} and {} answers: as many rows for metrics ({metrics}) and funnel, at most {} for a page of 50",
        many.len(),
        sizes[0],
        sizes[1],
        most.unwrap_or(0)
    )
}

fn measure(responses: usize) -> Vec<Figure> {
    let folder = scratch::folder();
    let archive = results::open(folder.path(), responses);
    assert_eq!(archive.counted(), responses as u64, "all are counted");
    archive.measure(1)
}
