//! Measures reading results: a shop with very many responses, every query of its owner, and the rows each query reads.

mod seed;

use crate::{
    http::{Client, Reply},
    load::percentile,
    shop::{ORIGIN, Shop, as_operator},
    supervisor::{Entry, Supervisor},
    worker::repository,
};
use serde_json::{Value, json};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    time::Instant,
};

pub use seed::{DAYS, date, unflagged};

/// Number of pages to follow before the measured page of a list.
const TENTH: usize = 9;

/// A service with a shop that has a given number of responses.
#[derive(Debug)]
pub struct Archive {
    /// The service; it counts the rows that D1 reads.
    pub supervisor: Supervisor,
    /// The shop.
    pub shop: Shop,
    /// Ids of its surveys.
    pub surveys: Vec<String>,
    customer: String,
}

/// The measurements of one query.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The query.
    pub name: String,
    /// Rows read by D1 for all statements of the request, including the key lookup.
    pub rows: u64,
    /// Median time in milliseconds.
    pub p50: f64,
    /// Worst time in milliseconds.
    pub p95: f64,
}

/// Opens the archive in this folder; creates and fills it first if needed.
///
/// # Panics
/// If a request fails.
#[must_use]
pub fn open(folder: &Path, responses: usize) -> Archive {
    open_as(Entry::Faulty, folder, responses)
}

/// Like [`Self::open`] with another entry module. [`Entry::Product`] does not count rows.
///
/// # Panics
/// If a request fails.
#[must_use]
pub fn open_as(entry: Entry, folder: &Path, responses: usize) -> Archive {
    let filled = folder.join("archive.json");
    let schema = schema();
    let known = fs::read(&filled).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    if known.is_none_or(|known| known["schema"] != schema) {
        let _ = fs::remove_dir_all(folder);
        let mut supervisor = Supervisor::start_in(entry.clone(), folder);
        let (shop, surveys) = prepare(&supervisor);
        // Filled through the database file, so the Worker must not be running.
        supervisor.stop();
        let customer = seed::fill(&supervisor.database(), &shop, &surveys, responses);
        let keys = json!({
            "public": shop.public_key, "secret": shop.secret_key, "surveys": surveys, "customer": customer,
            "schema": schema,
        });
        fs::write(&filled, keys.to_string()).expect("the keys of the archive");
    }
    let keys: Value = serde_json::from_slice(&fs::read(&filled).expect("the keys of the archive")).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let supervisor = Supervisor::start_in(entry, folder);
    let shop =
        Shop { client: supervisor.client(), public_key: text(&keys["public"]), secret_key: text(&keys["secret"]) };
    let surveys = keys["surveys"].as_array().expect("a list").iter().map(text).collect();
    Archive { supervisor, shop, surveys, customer: text(&keys["customer"]) }
}

/// A hash of the migrations: an archive with another schema has to be rebuilt.
fn schema() -> String {
    let folder = repository().join("edge/migrations");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("migrations").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file).expect("a migration").hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn prepare(supervisor: &Supervisor) -> (Shop, Vec<String>) {
    let shop = Shop::at(supervisor.client(), &supervisor.dev().admin_token, "Archive", &[ORIGIN]);
    let survey = |name: &str, touchpoint: &str| {
        let definition = json!({
            "name": name, "touchpoint": touchpoint, "language": "en", "display": { "pages": ["/thank-you"] },
            "questions": [
                { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
            ],
        });
        shop.publish(&definition).id
    };
    let surveys = vec![
        survey("After purchase", "purchase"),
        survey("Delivery", "delivery"),
        survey("Support", "support"),
        survey("Rare", "returns"),
    ];
    (shop, surveys)
}

impl Archive {
    /// Measures every query that results are made of, by name, including those of a single shopper.
    ///
    /// # Panics
    /// If a query is rejected.
    #[must_use]
    pub fn measure(&self, times: usize) -> Vec<Figure> {
        let mut figures = Vec::new();
        let (first, last) = (seed::first_day(), seed::last_day());
        let year = format!("from={first}&to={last}");
        for filter in ["", "&touchpoint=delivery", "&language=pl", "&flag=any"] {
            let name = format!("metrics, {DAYS} days{filter}");
            figures.push(self.figure(&name, &format!("/v1/metrics?metric=nps&{year}{filter}"), times));
        }
        let one = &self.surveys[1];
        figures.push(self.figure(
            &format!("metrics, {DAYS} days&survey"),
            &format!("/v1/metrics?metric=nps&{year}&survey={one}"),
            times,
        ));
        // Filtered by several values, or segmented by one: read from the cells, one row per combination and day.
        for filter in [
            "&touchpoint=delivery&language=pl",
            "&device=mobile&flag=any",
            "&segment_by=touchpoint",
            "&segment_by=language&interval=week",
            "&segment_by=device&touchpoint=support",
            "&segment_by=survey",
        ] {
            let name = format!("cells, {DAYS} days{filter}");
            figures.push(self.figure(&name, &format!("/v1/metrics?metric=nps&{year}{filter}"), times));
        }
        // Counted from the responses themselves: only for one day or one person, since more rows would exceed the
        // limit.
        let day = seed::day_before_last(3);
        for filter in
            ["&page=/thank-you", "&has_text=true&segment_by=class", "&segment_by=page&order_min=1&currency=PLN"]
        {
            let path = format!("/v1/metrics?metric=nps&from={day}&to={day}{filter}");
            figures.push(self.figure(&format!("scan, 1 day{filter}"), &path, times));
        }
        let person = format!("/v1/metrics?metric=nps&{year}&customer={}", self.customer);
        figures.push(self.figure(&format!("scan, {DAYS} days&customer"), &person, times));
        let week = format!("/v1/metrics?metric=nps&from={}&to={last}", seed::day_before_last(6));
        figures.push(self.figure("metrics, 7 days", &week, times));
        figures.push(self.figure("funnel", &format!("/v1/funnel?{year}"), times));
        figures.push(self.figure("funnel&survey", &format!("/v1/funnel?{year}&survey={one}"), times));
        figures.push(self.figure("surveys", "/v1/surveys", times));
        let month = format!("&from={}&to={}", seed::day_before_last(40), seed::day_before_last(10));
        for (name, filter) in [
            ("", String::new()),
            // A survey with very few responses: walking any other index would read far more rows.
            ("&rare survey", format!("&survey={}", self.surveys[3])),
            ("&survey", format!("&survey={one}")),
            ("&touchpoint", "&touchpoint=support".to_owned()),
            ("&flag=none", "&flag=none".to_owned()),
            ("&flag=flagged", "&flag=flagged".to_owned()),
            ("&flag=honeypot", "&flag=honeypot".to_owned()),
            ("&from&to", month),
            ("&survey&flag=flagged", format!("&survey={one}&flag=flagged")),
            ("&class=detractor", "&class=detractor".to_owned()),
            ("&has_text&words", "&has_text=true&words=PARCEL%208".to_owned()),
            // Matches nothing: every page scans up to the limit.
            ("&words without a match", "&words=zzz".to_owned()),
            ("&order_id", "&order_id=o-77".to_owned()),
            ("&customer&survey", format!("&customer={}&survey={one}", self.customer)),
            ("&survey&class&language&device", format!("&survey={one}&class=promoter&language=pl&device=mobile")),
            ("&excluded=true", "&excluded=true".to_owned()),
            ("&tag", "&tag=none".to_owned()),
            ("&rare touchpoint", "&touchpoint=returns".to_owned()),
        ] {
            let path = format!("/v1/responses?limit=50{filter}");
            figures.push(self.figure(&format!("responses, page 1{name}"), &path, times));
            let mut cursor = String::new();
            for _ in 0..TENTH {
                let page = self.shop.get(&format!("{path}&cursor={cursor}"));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            figures.push(self.figure(&format!("responses, page 10{name}"), &format!("{path}&cursor={cursor}"), times));
        }
        figures.push(self.figure("export of one person", &format!("/v1/exports?customer={}", self.customer), times));
        figures.push(self.figure("erasures", "/v1/erasures", times));
        figures.push(self.figure("dead letters", "/v1/dead-letters", times));
        figures.push(self.figure("settings", "/v1/shop/settings", times));
        figures
    }

    fn figure(&self, name: &str, path: &str, times: usize) -> Figure {
        let authorization = format!("Bearer {}", self.shop.secret_key);
        let ask = |client: &Client| -> Reply {
            client.send("GET", path, &[("authorization", authorization.as_str())], "").expect(200)
        };
        // The first request may fill caches.
        let _ = ask(&self.shop.client);
        let first = ask(&self.shop.client);
        let rows: u64 = first.header("x-rows-read").parse().expect("a number of rows");
        let mut took: Vec<f64> = (0..times)
            .map(|_| {
                let begin = Instant::now();
                let again = ask(&self.shop.client);
                assert_eq!(again.header("x-rows-read"), rows.to_string(), "{name}: the same number of rows as before");
                begin.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        Figure { name: name.to_owned(), rows, p50: percentile(&mut took, 50.0), p95: percentile(&mut took, 95.0) }
    }

    /// The error when the responses to be counted one by one exceed the limit; `None` if the request succeeds.
    ///
    /// # Panics
    /// If the request fails in another way.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let (first, last) = (seed::first_day(), seed::last_day());
        let path = format!("/v1/metrics?metric=nps&from={first}&to={last}&page=/thank-you&flag=none");
        let reply = self.shop.call("GET", &path, &Value::Null);
        if reply.status == 200 {
            assert_eq!(reply.json()["n"].as_u64(), Some(self.counted()), "equals the tallies");
            return None;
        }
        Some(reply.expect(400).json()["detail"].as_str().expect("a text").to_owned())
    }

    /// The number of unflagged responses according to the tallies, over all days.
    ///
    /// # Panics
    /// If the request fails.
    #[must_use]
    pub fn counted(&self) -> u64 {
        let path = format!("/v1/metrics?metric=nps&from={}&to={}&flag=none", seed::first_day(), seed::last_day());
        self.shop.get(&path)["n"].as_u64().expect("a number")
    }

    /// The operator's counters of the day, which count the pending outbox events.
    ///
    /// # Panics
    /// If the request fails.
    #[must_use]
    pub fn operators(&self) -> Reply {
        as_operator(&self.supervisor.client(), &self.supervisor.dev().admin_token, "GET", "/v1/counters", &Value::Null)
            .expect(200)
    }
}
