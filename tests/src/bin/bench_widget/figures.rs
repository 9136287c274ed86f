//! The measurements and their table.

use crate::case::Case;
use std::fmt::Write;

/// The measurements of one visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Compressed size of all responses except the page.
    pub(crate) bytes: usize,
    /// Requests except for the page.
    pub(crate) requests: usize,
    /// Script time.
    pub(crate) script_ms: f64,
    /// Main thread time: scripts, layout, painting.
    pub(crate) task_ms: f64,
    /// Blocking time: the part of each task beyond 50 ms.
    pub(crate) blocking_ms: f64,
    /// Cumulative layout shift.
    pub(crate) shift: f64,
    /// JavaScript heap in bytes after a garbage collection.
    pub(crate) heap: f64,
    /// Time from navigation start until the scale is visible.
    pub(crate) shown_ms: f64,
}

/// Median, minimum and maximum.
fn spread(figures: &[Figures], of: impl Fn(&Figures) -> f64) -> (f64, f64, f64) {
    let mut values: Vec<f64> = figures.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let last = values.len().saturating_sub(1);
    (f64::midpoint(at(last / 2), at(values.len() / 2)), at(0), at(last))
}

/// The table; the cost of the untagged page is subtracted where that makes sense.
pub(crate) fn table(all: &[(Case, Vec<Figures>)], rounds: usize, slowdown: u32) -> String {
    let alone = all.iter().find(|(case, _)| *case == Case::Untagged).map_or(&[][..], |(_, figures)| figures);
    let base = |of: fn(&Figures) -> f64| spread(alone, of).0;
    let mut table = format!(
        "Medians of {rounds} rounds at 1/{slowdown} CPU speed, in addition to the untagged page; minimum and maximum in brackets.\n\n\
         | | bytes (brotli) | requests | script ms | all tasks ms | blocking ms | layout shift | heap kB | shown after ms |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for (case, figures) in all {
        let beyond = |of: fn(&Figures) -> f64, digits: usize| {
            let (middle, low, high) = spread(figures, of);
            let base = if *case == Case::Untagged { 0.0 } else { base(of) };
            format!("{:.digits$} ({:.digits$}–{:.digits$})", middle - base, low - base, high - base)
        };
        let count = |of: fn(&Figures) -> f64| format!("{:.0}", spread(figures, of).0);
        let shown = spread(figures, |figures| figures.shown_ms);
        let shown =
            if shown.0 > 0.0 { format!("{:.0} ({:.0}–{:.0})", shown.0, shown.1, shown.2) } else { "–".to_owned() };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {:.3} | {} | {shown} |",
            case.name(),
            count(|figures| figures.bytes as f64),
            count(|figures| figures.requests as f64),
            beyond(|figures| figures.script_ms, 1),
            beyond(|figures| figures.task_ms, 0),
            beyond(|figures| figures.blocking_ms, 0),
            spread(figures, |figures| figures.shift).2,
            beyond(|figures| figures.heap / 1_000.0, 0),
        );
    }
    table
}
