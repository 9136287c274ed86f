//! Reading results takes the same number of rows for many responses as for few.

use super::Scale;
use crate::{
    results::{self, Figure},
    supervisor::Supervisor,
    temp_dir,
};

/// Rows read to authenticate the reader and to find its shop's time zone.
const READER: u64 = 3;
/// Maximum rows read for a page of a list.
const PAGE: u64 = 500 + READER;
/// Rows of the funnel and of what it leaves out: one per day, survey and device.
const FUNNEL: u64 = (results::DAYS * 4 * 3 * 2).unsigned_abs() + READER;
/// Rows of the cells and of their index: per day, four surveys at a touchpoint each, languages, devices, and whether they
/// count or are left out by one of two reasons.
const CELLS: u64 = (results::DAYS * 4 * 4 * 3 * 3 * 2).unsigned_abs() + READER;
/// Rows of a metric with flagged responses: what counts, what does not, and the end of each range.
const WITH_FLAGGED: u64 = (results::DAYS * 2).unsigned_abs() + 2 + READER;
/// Rows read per response that is counted one by one: its index entry twice (once for the limit check), the row, and
/// the temporary rows of the sort, of the day and of what is left out.
const COUNTED: u64 = 7;
/// Responses of one customer in any archive.
const PERSON: u64 = 21;

pub(super) fn run(_: &Supervisor, scale: Scale, _: u64) -> String {
    let sizes = scale.of([1_000, 20_000], [1_000, 100_000]);
    let [few, many] = sizes.map(measure);
    let mut complaints = Vec::new();
    for (few, many) in few.iter().zip(&many) {
        assert_eq!(few.name, many.name);
        // One row per day, per survey, or per response of the person: constant.
        let is = |kind: &str| few.name.starts_with(kind);
        let most = match () {
            () if is("funnel") => FUNNEL,
            // A small shop does not have a flagged response on every day.
            () if is("metrics") && few.name.contains("flag=any") => WITH_FLAGGED,
            // A small shop does not have every combination on every day.
            () if is("cells") => CELLS,
            () if is("scan") && few.name.contains("customer") => COUNTED * PERSON + READER,
            () if is("scan") => COUNTED * around_a_day(sizes[1]) + READER,
            () => few.rows,
        };
        let grows = many.rows > most && !is("responses");
        // A page of fifty reads its rows through a matching index: one step in the index, one row each.
        let looks = ["flag", "class", "words"].iter().any(|filter| many.name.contains(filter));
        let by_index = is("responses") && !looks && many.rows > 2 * 51 + READER;
        let is_list = !["metrics", "cells", "scan", "funnel"].iter().any(|kind| is(kind));
        if grows || by_index || (is_list && many.rows > PAGE) {
            complaints
                .push(format!("{}: {} rows with {}, {} with {}", few.name, few.rows, sizes[0], many.rows, sizes[1]));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
    let most = many.iter().filter(|figure| figure.name.starts_with("responses")).map(|figure| figure.rows).max();
    let rows = |kind| many.iter().filter(|figure| figure.name.starts_with(kind)).map(|figure| figure.rows).max();
    let [metrics, cells, counted] = ["metrics", "cells", "scan"].map(|kind| rows(kind).unwrap_or(0));
    format!(
        "{} queries with {} and {} responses: the same number of rows for metrics ({metrics}, of combinations {cells}) and funnel, \
         {counted} for the answers of a day, at most {} for a page of 50",
        many.len(),
        sizes[0],
        sizes[1],
        most.unwrap_or(0)
    )
}

/// Responses of the days that may overlap one day of a shop in any time zone: that day and 15 hours around it.
fn around_a_day(answers: usize) -> u64 {
    (answers as u64 * 54).div_ceil(24 * results::DAYS.unsigned_abs()) + 1
}

fn measure(responses: usize) -> Vec<Figure> {
    let folder = temp_dir::create();
    let archive = results::open(folder.path(), responses);
    assert_eq!(archive.counted(), results::unflagged(responses) as u64, "all unflagged responses are counted");
    archive.measure(1)
}
