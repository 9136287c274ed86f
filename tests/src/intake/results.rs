//! Results are read in as many steps from many answers as from few.

use super::Scale;
use crate::{
    results::{self, Figure},
    supervisor::Supervisor,
    temp_dir,
};

/// Rows by which a reader is known, and where its shop's days begin.
const READER: u64 = 3;
/// Rows that a page of a list may read.
const PAGE: u64 = 500 + READER;
/// Rows of the funnel: a day, survey and device each.
const FUNNEL: u64 = (results::DAYS * 4 * 3).unsigned_abs() + READER;
/// Combinations that a day has, and the entries of the index that lead there: four surveys at a touchpoint each,
/// languages, devices, flagged or not.
const CELLS: u64 = (results::DAYS * 4 * 4 * 3 * 2 * 2).unsigned_abs() + READER;
/// For each answer that is counted: its entry in the index twice (first all of them are counted), itself, and what is
/// put aside of it to be sorted.
const COUNTED: u64 = 6;
/// Answers of one customer in any archive.
const PERSON: u64 = 21;

pub(super) fn run(_: &Supervisor, scale: Scale, _: u64) -> String {
    let sizes = scale.of([1_000, 20_000], [1_000, 100_000]);
    let [few, many] = sizes.map(measure);
    let mut complaints = Vec::new();
    for (few, many) in few.iter().zip(&many) {
        assert_eq!(few.name, many.name);
        // A row a day, or a survey, or an answer of the person: none of that grows.
        let is = |kind: &str| few.name.starts_with(kind);
        let most = match () {
            () if is("funnel") => FUNNEL,
            // A small shop does not have every combination on every day.
            () if is("cells") => CELLS,
            () if is("answers counted") && few.name.contains("customer") => COUNTED * PERSON + READER,
            () if is("answers counted") => COUNTED * around_a_day(sizes[1]) + READER,
            () => few.rows,
        };
        let grows = many.rows > most && !is("responses");
        // A page of fifty reads its rows, by an index of what is asked for: one step there, one to the row.
        let looks = ["flag", "class", "words"].iter().any(|filter| many.name.contains(filter));
        let by_index = is("responses") && !looks && many.rows > 2 * 51 + READER;
        let is_list = !["metrics", "cells", "answers counted", "funnel"].iter().any(|kind| is(kind));
        if grows || by_index || (is_list && many.rows > PAGE) {
            complaints
                .push(format!("{}: {} rows with {}, {} with {}", few.name, few.rows, sizes[0], many.rows, sizes[1]));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
    let most = many.iter().filter(|figure| figure.name.starts_with("responses")).map(|figure| figure.rows).max();
    let rows = |kind| many.iter().filter(|figure| figure.name.starts_with(kind)).map(|figure| figure.rows).max();
    let [metrics, cells, counted] = ["metrics", "cells", "answers counted"].map(|kind| rows(kind).unwrap_or(0));
    format!(
        "{} queries with {} and {} answers: as many rows for metrics ({metrics}, of combinations {cells}) and funnel, \
         {counted} for the answers of a day, at most {} for a page of 50",
        many.len(),
        sizes[0],
        sizes[1],
        most.unwrap_or(0)
    )
}

/// Answers of the days that may belong to one day of a shop, wherever it is: of its own and 15 hours around.
fn around_a_day(answers: usize) -> u64 {
    (answers as u64 * 54).div_ceil(24 * results::DAYS.unsigned_abs()) + 1
}

fn measure(responses: usize) -> Vec<Figure> {
    let folder = temp_dir::create();
    let archive = results::open(folder.path(), responses);
    assert_eq!(archive.counted(), responses as u64, "all are counted");
    archive.measure(1)
}
