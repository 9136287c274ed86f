//! What is measured, and the table of it.

use crate::case::Case;
use std::fmt::Write;

/// Of one visit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Bodies of all replies but the page itself, compressed.
    pub(crate) bytes: usize,
    /// All but the page itself.
    pub(crate) requests: usize,
    /// Time in scripts.
    pub(crate) script_ms: f64,
    /// Time in tasks of the page's thread: scripts, layout, painting.
    pub(crate) task_ms: f64,
    /// What tasks took beyond 50 ms each.
    pub(crate) blocking_ms: f64,
    /// Cumulative layout shift.
    pub(crate) shift: f64,
    /// JavaScript's heap in bytes after a collection.
    pub(crate) heap: f64,
    /// From the start of the navigation until the scale was on the screen.
    pub(crate) shown_ms: f64,
}

/// Median, lowest and highest.
fn spread(figures: &[Figures], of: impl Fn(&Figures) -> f64) -> (f64, f64, f64) {
    let mut values: Vec<f64> = figures.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let last = values.len().saturating_sub(1);
    (f64::midpoint(at(last / 2), at(values.len() / 2)), at(0), at(last))
}

/// The table, with what the page alone costs taken off where that makes sense.
pub(crate) fn table(all: &[(Case, Vec<Figures>)], rounds: usize, slowdown: u32) -> String {
    let alone = all.iter().find(|(case, _)| *case == Case::Alone).map_or(&[][..], |(_, figures)| figures);
    let base = |of: fn(&Figures) -> f64| spread(alone, of).0;
    let mut table = format!(
        "Medians of {rounds} rounds at 1/{slowdown} of the processor's speed, beyond what the page alone takes; lowest and highest in brackets.\n\n\
         | | bytes (brotli) | requests | script ms | all tasks ms | blocking ms | layout shift | heap kB | shown after ms |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for (case, figures) in all {
        let beyond = |of: fn(&Figures) -> f64, digits: usize| {
            let (middle, low, high) = spread(figures, of);
            let base = if *case == Case::Alone { 0.0 } else { base(of) };
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
