//! The two forms of every filter agree: what SQLite decides by [`ResponseFilter::to_sql`] and what the Worker decides by
//! [`ResponseFilter::matcher`]. Random responses go through the real schema; random filters hit and miss them.

mod generate;

use super::{Fixture, database};
use crate::{
    db::Arg,
    platform::in_process::ready,
    store::{
        MetricFilter, MetricQuery, ResponseFilter, ResponseRow, Selection,
        response::access_path::AccessPath,
        response::filter::{Candidate, NotExpressible, SqlBuilder, tests::everything},
        response::list,
        response::stored::RESPONSE_COLUMNS,
        tally::scan_statement,
    },
};
use generate::Generator;
use rusqlite::params_from_iter;
use std::collections::{BTreeMap, BTreeSet};
use survey::wire::StoredAnswer;

const SHOP: &str = "shp_a";
/// Databases of a run, and the responses and filters of each.
const SEEDS: u64 = 4;
const RESPONSES: usize = 60;
const FILTERS: usize = 150;
/// How often each clause accepts a response, and how often it rejects one, at least.
const EXERCISED: usize = 100;

/// One database with everything that is tried on it.
struct Sample {
    database: Fixture,
    /// In the order of a list.
    rows: Vec<ResponseRow>,
    filters: Vec<ResponseFilter>,
}

impl Sample {
    fn new(seed: u64) -> Self {
        let database = database();
        let mut generator = Generator::new(seed);
        for number in 0..RESPONSES {
            database.save(generator.response(SHOP, number));
            let (tags, excluded) = generator.notes();
            let update = "UPDATE responses SET tags = ?1, excluded = ?2 WHERE id = ?3";
            database.execute(update, rusqlite::params![tags, excluded, format!("r{number}")]).unwrap();
        }
        let sql =
            format!("SELECT {RESPONSE_COLUMNS} FROM responses WHERE shop = ?1 ORDER BY received_at DESC, id DESC");
        let rows = read_rows(&database, &sql, &[SHOP.into()]);
        assert_eq!(rows.len(), RESPONSES);
        let filters = std::iter::repeat_with(|| generator.filter()).take(FILTERS).collect();
        Self { database, rows, filters }
    }

    fn all(seeds: u64) -> impl Iterator<Item = Self> {
        (0..seeds).map(|seed| Self::new(9_000 + seed))
    }

    /// The ids of the responses that the Worker accepts.
    fn matching(&self, filter: &ResponseFilter) -> Vec<&str> {
        let matcher = filter.matcher();
        let matching = self.rows.iter().filter(|row| matcher.matches(row).unwrap());
        matching.map(|row| row.id.as_str()).collect()
    }

    /// The ids of the responses that SQLite accepts, with the statement changed by `alter`.
    fn selected(&self, filter: &ResponseFilter, alter: impl Fn(&str) -> String) -> Vec<String> {
        let mut sql = SqlBuilder::with("SELECT r.id FROM responses AS r WHERE r.shop = ?", SHOP);
        filter.to_sql(&mut sql).unwrap();
        sql.push(" ORDER BY r.received_at DESC, r.id DESC");
        let (sql, args) = sql.finish();
        let sql = alter(&sql);
        let connection = self.database.connection();
        let mut statement = connection.prepare_cached(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let ids = statement.query_map(params_from_iter(args), |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    }
}

fn read_rows(database: &Fixture, sql: &str, args: &[Arg]) -> Vec<ResponseRow> {
    ready(database.store.database.rows(sql, args)).unwrap()
}

/// The filter without its condition that SQL cannot express.
fn in_sql(filter: &ResponseFilter) -> ResponseFilter {
    ResponseFilter { words: Vec::new(), ..filter.clone() }
}

#[test]
fn sql_and_matcher_agree() {
    let (mut pairs, mut accepted) = (0, 0);
    // How often each clause accepted and rejected a response.
    let mut exercised: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for sample in Sample::all(SEEDS) {
        for filter in &sample.filters {
            let matching = sample.matching(&in_sql(filter));
            assert_eq!(sample.selected(&in_sql(filter), str::to_owned), matching, "{filter:#?}");
            if !filter.words.is_empty() {
                assert_eq!(filter.to_sql(&mut SqlBuilder::new("")), Err(NotExpressible("words")));
            }
            (pairs, accepted) = (pairs + sample.rows.len(), accepted + matching.len());
            for clause in filter.clauses() {
                let counts = exercised.entry(clause.name).or_default();
                for row in &sample.rows {
                    counts[usize::from(!clause.matches(&Candidate::from(row)).unwrap())] += 1;
                }
            }
        }
    }
    assert!(pairs >= 2_000 && accepted >= pairs / 20, "{accepted} of {pairs} pairs accepted");
    let everything = everything();
    let unused: Vec<&str> =
        everything.clauses().iter().map(|clause| clause.name).filter(|name| !exercised.contains_key(name)).collect();
    assert_eq!(unused, [""; 0], "clauses that no random filter has");
    for (clause, counts) in exercised {
        assert!(counts.iter().all(|count| *count >= EXERCISED), "{clause}: {counts:?} accepted and rejected");
    }
}

/// Mistakes in the SQL form, each of which the comparison has to find.
const MISTAKES: [(&str, &str); 33] = [
    ("r.received_at >= ?", "r.received_at > ?"),
    ("r.received_at < ?", "r.received_at <= ?"),
    ("r.survey = ?", "r.survey >= ?"),
    ("r.touchpoint = ?", "r.touchpoint <> ?"),
    ("r.language = ?", "instr(r.language, ?) = 1"),
    ("r.language = ?", "r.language = lower(?)"),
    ("r.device = ?", "ifnull(r.device, 'mobile') = ?"),
    ("r.customer = ?", "lower(r.customer) = ?"),
    ("r.order_id = ?", "r.order_id + 0 = ? + 0"),
    ("r.order_currency = ?", "? IS NOT NULL"),
    ("r.order_value BETWEEN ?", "r.order_value - 1 BETWEEN ?"),
    ("r.order_value BETWEEN ?", "r.order_value + 1 BETWEEN ?"),
    ("r.complete = ?", "r.complete <> ?"),
    ("(r.excluded IS NOT NULL) = ?", "(r.excluded IS NULL) = ?"),
    ("r.flags = 0", "r.flags <> 1"),
    ("CAST(? AS INTEGER)) <> 0", "CAST(? AS INTEGER)) > 1"),
    ("instr(url || '?', '?') - 1", "length(url)"),
    ("instr(route || '?', '?') - 1", "length(route)"),
    ("WHEN '#/' THEN", "WHEN '#' THEN"),
    ("WHEN 0 THEN '/'", "WHEN 0 THEN ''"),
    ("1, length(?)", "1, length(?) - 1"),
    ("v.key = ?", "lower(v.key) = ?"),
    ("v.key = ? AND v.value = ?", "v.key = ? AND v.value >= ?"),
    ("json_each(r.tags) AS v WHERE v.value = ?", "json_each(r.tags) AS v WHERE v.value >= ?"),
    ("'$[2]') BETWEEN ?", "'$[2]') - 1 BETWEEN ?"),
    ("'$[2]') BETWEEN ?", "'$[2]') + 1 BETWEEN ?"),
    ("'$[1]') = ?", "'$[1]') <> ?"),
    ("'$[0]') = ?", "'$[0]') >= ?"),
    ("'$.question') = ?", "'$.question') >= ?"),
    ("'$.other') IS NOT NULL", "'$.text') IS NOT NULL"),
    ("c.value = ?", "c.value >= ?"),
    ("NOT EXISTS", "EXISTS"),
    ("ifnull(json_extract(v.value, '$.text'), json_extract(v.value, '$.other'))", "json_extract(v.value, '$.text')"),
];

#[test]
fn a_mistake_in_any_clause_is_found() {
    let mut unnoticed: BTreeSet<_> = MISTAKES.into_iter().collect();
    // Usually the first samples find them all.
    for sample in Sample::all(20) {
        if unnoticed.is_empty() {
            break;
        }
        for filter in sample.filters.iter().map(in_sql) {
            let matching = sample.matching(&filter);
            unnoticed.retain(|(right, wrong)| {
                let altered = sample.selected(&filter, |sql| sql.replace(right, wrong));
                altered == matching
            });
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

/// Reads a list page by page until its end.
fn read_list(database: &Fixture, filter: &ResponseFilter) -> Vec<String> {
    let mut selection = Selection { shop: SHOP, filter, after: None, limit: 7, scan_limit: 20 };
    let mut ids = Vec::new();
    loop {
        let (sql, args, row_limit) = list::statement(&selection);
        let rows = read_rows(database, &sql, &args);
        assert!(rows.len() <= row_limit as usize);
        let page = list::page(rows, &selection, row_limit).unwrap();
        ids.extend(page.rows.into_iter().map(|row| row.id));
        match page.next {
            Some(next) => selection.after = Some(next),
            None => return ids,
        }
    }
}

/// How many NPS scores are counted for a filter, without those that are left out (kind 1).
fn count_metric(database: &Fixture, filter: ResponseFilter) -> i64 {
    let filter = MetricFilter::from(filter);
    let query = MetricQuery { shop: SHOP, metric: "nps", days: generate::DAYS, filter: &filter, segment: None };
    let (sql, args) = scan_statement(&query).unwrap();
    let sql = format!("SELECT ifnull(sum(c0+c1+c2+c3+c4+c5+c6+c7+c8+c9+c10), 0) FROM ({sql}) WHERE kind = 0");
    database.connection().query_row(&sql, params_from_iter(args), |row| row.get(0)).unwrap()
}

/// Whatever index leads, a list has exactly the matching responses and a metric counts exactly their answers.
#[test]
fn lists_and_metrics_agree_with_the_filter() {
    let mut lists: BTreeMap<String, usize> = BTreeMap::new();
    let mut metrics = lists.clone();
    for sample in Sample::all(SEEDS) {
        for filter in sample.filters.iter().take(FILTERS / 2) {
            let path = format!("{:?}", AccessPath::for_list(filter));
            let matching = sample.matching(filter);
            assert_eq!(read_list(&sample.database, filter), matching, "{path}: {filter:#?}");
            *lists.entry(path).or_default() += matching.len();

            let filter = in_sql(filter);
            let path = format!("{:?}", AccessPath::for_metric(&filter));
            let matcher = filter.matcher();
            let counted = sample.rows.iter().filter(|row| row.excluded.is_none() && matcher.matches(row).unwrap());
            let scores = counted.map(|row| {
                let answers: Vec<StoredAnswer> = serde_json::from_str(&row.answers).unwrap();
                answers.iter().filter(|answer| answer.kind == "nps").count()
            });
            let scores: usize = scores.sum();
            let found = count_metric(&sample.database, filter.clone());
            assert_eq!(usize::try_from(found).unwrap(), scores, "{path}: {filter:#?}");
            *metrics.entry(path).or_default() += scores;
        }
    }
    assert!(lists.len() == 8 && lists.values().all(|found| *found > 0), "{lists:?}");
    assert!(metrics.len() == 6 && metrics.values().all(|found| *found > 0), "{metrics:?}");
}
