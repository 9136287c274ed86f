//! A shop with rows in every table, and keys of every state.

use crate::{isolated::Isolated, keys};
use rusqlite::{Connection, types::Value as Cell};
use serde_json::{Value, json};
use std::{cell::Cell as Counter, collections::BTreeMap};
use tests::{
    checker::shop_of,
    random::Random,
    shop::{ORIGIN, Published, Shop, every_kind},
};

/// Contained in everything that the tested shop or its shoppers wrote, and nowhere else.
pub(crate) const MARK: &str = "Kalosze-Anny-7391";
/// A customer id used in every shop.
pub(crate) const CUSTOMER: &str = "klientka-7391";

/// Tables that are empty for most shops, and tables that change in the background, after a response.
const NO_ROWS: [&str; 3] = ["moves", "move_changes", "outbox"];
const BACKGROUND: [&str; 2] = ["configs", "deliveries"];

/// A shop and its data.
pub(crate) struct World<'a> {
    isolated: &'a Isolated,
    /// Contained in everything that the shop or its shoppers wrote.
    mark: String,
    pub(crate) shop: Shop,
    /// The shop's other keys.
    pub(crate) reader: Shop,
    pub(crate) revoked: Shop,
    pub(crate) expired: Shop,
    /// A live survey.
    pub(crate) survey: Published,
    /// One of its answers.
    pub(crate) response: String,
    /// Id of a further key.
    pub(crate) key: String,
    /// Id of a disabled endpoint.
    pub(crate) webhook: String,
    made: Counter<u64>,
    seed: u64,
}

/// A survey with the mark in every text.
pub(crate) fn definition(mark: &str) -> Value {
    let mut definition = every_kind();
    definition["name"] = json!(format!("Name {mark}"));
    for question in definition["questions"].as_array_mut().unwrap() {
        question["text"] = json!({ "en": format!("Question {mark}?") });
    }
    let contact = json!({ "id": "mail", "kind": "contact", "text": { "en": format!("Mail {mark}?") } });
    definition["questions"].as_array_mut().unwrap().push(contact);
    definition
}

impl<'a> World<'a> {
    /// Creates a shop with the mark in every text.
    pub(crate) fn new(isolated: &'a Isolated, mark: &str, seed: u64) -> Self {
        let shop = Shop::named(isolated.worker, &format!("Sklep {mark}"));
        let key = |label: &str, scope: &str| keys::make(&shop, &json!({ "label": label, "scopes": [scope] }));
        let (reader, revoked, expired) = (key(mark, "read"), key("revoked", "write"), key("expired", "write"));
        let id = |key: &Value| key["id"].as_str().unwrap().to_owned();
        assert_eq!(shop.call("DELETE", &format!("/v1/keys/{}", id(&revoked)), &Value::Null).status, 204);
        let rotate = format!("/v1/keys/{}/rotate", id(&expired));
        let _ = shop.call("POST", &rotate, &json!({ "overlap_hours": 0 })).expect(201);
        let survey = shop.publish(&definition(mark));
        let mut world = Self {
            isolated,
            mark: mark.to_owned(),
            reader: keys::with(&shop, &reader),
            revoked: keys::with(&shop, &revoked),
            expired: keys::with(&shop, &expired),
            key: id(&reader),
            webhook: String::new(),
            survey,
            shop,
            response: String::new(),
            made: Counter::new(0),
            seed,
        };
        world.response = world.answer().0;
        let note = json!({ "tags": [mark] });
        let _ = world.shop.call("PATCH", &format!("/v1/responses/{}", world.response), &note).expect(200);
        let _ = world.shop.send_events(&[(&world.survey.id, 1, "view")]).expect(202);
        let _ = world.dead_letter();
        world.webhook = world.spare_webhook();
        let _ = world.delivery();
        let _ = world.import();
        let gone = world.answer().0;
        let _ = world.shop.call("POST", "/v1/erasures", &json!({ "response": gone })).expect(200);
        world
    }

    fn next(&self) -> u64 {
        self.made.set(self.made.get() + 1);
        self.seed + self.made.get()
    }

    /// The random part of the shop's id, which is part of all of its keys and ids.
    pub(crate) fn id_part(&self) -> String {
        self.shop.public_key[3..19].to_owned()
    }

    /// The shop's id.
    pub(crate) fn id(&self) -> String {
        shop_of(&self.shop.public_key)
    }

    /// A submission with a new id and the mark in every text.
    pub(crate) fn submission(&self) -> Value {
        let answers = json!([
            { "question": "nps", "score": 3 },
            { "question": "why", "text": format!("Because of {}", self.mark) },
            { "question": "reason", "choices": [], "other": format!("Other {}", self.mark) },
            { "question": "mail", "contact": format!("{}@shop.example", self.mark), "consent": true },
        ]);
        let mut body = self.shop.submission(&self.survey, &Random::seeded(self.next()).uuid(), 1, &answers);
        body["context"]["url"] = json!(format!("{ORIGIN}/{}", self.mark));
        body["context"]["customer"] = json!(CUSTOMER);
        body["context"]["order"] = json!({ "id": self.mark, "value": 12_990, "currency": "PLN" });
        body["context"]["traits"] = json!({ "plan": self.mark });
        body
    }

    /// Submits a response; returns its id and receipt.
    pub(crate) fn answer(&self) -> (String, String) {
        let body = self.submission();
        let reply = self.shop.submit(&body).expect(201).json();
        (body["id"].as_str().unwrap().to_owned(), reply["receipt"].as_str().unwrap().to_owned())
    }

    /// Creates a draft; returns its id.
    pub(crate) fn draft(&self) -> String {
        let made = self.shop.call("POST", "/v1/surveys", &definition(&self.mark)).expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Publishes a survey; returns its id.
    pub(crate) fn live(&self) -> String {
        self.shop.publish(&definition(&self.mark)).id
    }

    /// Creates a key; returns its id.
    pub(crate) fn spare_key(&self) -> String {
        let made = keys::make(&self.shop, &json!({ "label": self.mark, "scopes": ["read"] }));
        made["id"].as_str().unwrap().to_owned()
    }

    /// Creates an endpoint; returns its id.
    pub(crate) fn spare_webhook(&self) -> String {
        let made = self.shop.call("POST", "/v1/webhooks", &self.endpoint()).expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// An endpoint. It is disabled, since deliveries would change its rows.
    pub(crate) fn endpoint(&self) -> Value {
        json!({
            "url": format!("https://hooks.shop.example/{}", self.mark), "events": ["response.created"],
            "description": self.mark, "status": "disabled",
        })
    }

    /// Creates a failed delivery of this endpoint; returns its id.
    pub(crate) fn delivery(&self) -> String {
        let id = format!("evt_{}", self.next());
        let insert = "INSERT INTO deliveries (shop, webhook, event, type, response, revision, at, state, attempts, \
                      next_at) VALUES (?1, ?2, ?3, 'response.created', ?4, 1, \
                      CAST(1000.0 * unixepoch() AS INTEGER), 'failed', 10, 0)";
        let values = [self.id(), self.webhook.clone(), id.clone(), self.response.clone()];
        assert_eq!(self.isolated.database.execute(insert, values), Ok(1));
        id
    }

    /// A Delighted export with one unique response.
    pub(crate) fn file(&self) -> String {
        let at = Connection::query_row(&self.isolated.database, "SELECT date('now', '-3 days')", [], |row| {
            row.get::<_, String>(0)
        });
        format!(
            "Response ID,Score,Comment,Created At\r\nr{},9,About {},{} 10:00:00 UTC\r\n",
            self.next(),
            self.mark,
            at.unwrap()
        )
    }

    /// Creates an import; returns its id.
    pub(crate) fn import(&self) -> String {
        self.shop.import("source=delighted", self.file()).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Creates a dead letter of the shop; returns its id.
    pub(crate) fn dead_letter(&self) -> String {
        self.dead_letter_of(&self.id())
    }

    /// Creates a dead letter without a shop; returns its id.
    pub(crate) fn dead_letter_without_shop(&self) -> String {
        self.dead_letter_of("")
    }

    fn dead_letter_of(&self, shop: &str) -> String {
        let id = format!("letter-{}", self.next());
        let insert = "INSERT INTO dead_letters (shop, id, reason, body, at) VALUES (?1, ?2, ?3, ?3, \
                      CAST(1000.0 * unixepoch() AS INTEGER))";
        assert_eq!(
            self.isolated.database.execute(insert, [shop, &id, &format!("Not understood: {}", self.mark)]),
            Ok(1)
        );
        id
    }

    /// Every row of the shop by table, except for the last-used times of keys.
    pub(crate) fn rows(&self) -> BTreeMap<String, Vec<String>> {
        let database = &self.isolated.database;
        let list = |sql: &str| -> Vec<String> {
            let mut statement = database.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let tables = list("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
        let mut all = BTreeMap::new();
        for table in tables {
            let columns = list(&format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'used_at'"));
            let shop = if table == "shops" { "id" } else { "shop" };
            if !columns.iter().any(|column| column == shop) || NO_ROWS.contains(&table.as_str()) {
                continue;
            }
            let sql = format!("SELECT {} FROM {table} WHERE {shop} = ?1", columns.join(", "));
            let mut statement = database.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
                let cells: Vec<Cell> = (0..columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
                Ok(format!("{cells:?}"))
            };
            let rows = statement.query_map([self.id()], row).unwrap().map(Result::unwrap).collect();
            all.insert(table, rows);
        }
        all
    }

    /// The rows without the tables that change in the background.
    pub(crate) fn stable_rows(&self) -> BTreeMap<String, Vec<String>> {
        let mut rows = self.rows();
        rows.retain(|table, _| !BACKGROUND.contains(&table.as_str()));
        rows
    }
}
