//! What every page view and every answer needs of a shop: memory → KV → D1.
//!
//! Memory is a minute old at most while KV or D1 answers, and serves on for a day while neither does. Only D1 can say
//! that a shop does not exist.
//!
//! KV takes one write a second for a key, and may be away. So D1 knows which state of a shop is published: what could not
//! be written at once is written a second later, or by the next minute's cron.

use super::{Store, StoreError, shops};
use crate::db::{Arg, Statement};
use crate::{
    platform,
    telemetry::log::{Event, emit},
    time::{clock, zone::Zone},
};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, collections::HashMap, sync::Arc, time::Duration};
use survey::{Origin, Status, Survey, settings::ShopSettings, wire};

/// How long memory is taken without a look at KV.
const FRESH_MS: i64 = 60_000;
/// How long memory serves while KV and D1 are away.
const STALE_MS: i64 = 86_400_000;
/// Shops kept in one isolate's memory: 1,000 of about 20 kB fit well into its 128 MB.
const KEPT: usize = 1_000;
/// KV takes one write in this time for a key.
const SECOND_MS: i64 = 1_000;

/// A survey version that pages show or have shown.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) status: Status,
    pub(crate) definition: Survey,
}

/// A shop as pages see it.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) origins: Vec<Origin>,
    pub(crate) settings: ShopSettings,
    /// Answers that it may take in a day.
    pub(crate) daily_answers: u32,
    /// Whether somebody wants to be told of its answers.
    pub(crate) has_webhooks: bool,
    /// Whose days its days are.
    pub(crate) zone: Zone,
    /// The current version of every published survey, in the order of publishing.
    pub(crate) surveys: Vec<Arc<Published>>,
    /// Those that stay come first.
    keys: Vec<PublicKey>,
}

/// A key that stands in pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeyRecord")]
struct PublicKey {
    key: String,
    /// Milliseconds since 1970; from then on nobody knows it.
    expires_at: Option<i64>,
}

/// A key as KV holds it: its text alone in records of before keys could end.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeyRecord {
    Text(String),
    Ending { key: String, expires_at: Option<i64> },
}

impl From<KeyRecord> for PublicKey {
    fn from(record: KeyRecord) -> Self {
        match record {
            KeyRecord::Text(key) => Self { key, expires_at: None },
            KeyRecord::Ending { key, expires_at } => Self { key, expires_at },
        }
    }
}

impl PublicKey {
    fn is_valid_at(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Shop {
    /// A key that its pages may carry. `now` in milliseconds since 1970.
    pub(crate) fn public_key(&self, now: i64) -> Option<&str> {
        self.keys.iter().find(|known| known.is_valid_at(now)).map(|known| known.key.as_str())
    }

    /// Whether its pages may carry this key. `now` in milliseconds since 1970.
    pub(crate) fn has_public_key(&self, key: &str, now: i64) -> bool {
        self.keys.iter().any(|known| known.key == key && known.is_valid_at(now))
    }
}

/// A shop as KV holds it.
#[derive(Serialize, Deserialize)]
struct Record {
    id: String,
    name: String,
    origins: Vec<String>,
    /// JSON; absent in records of before there were settings.
    #[serde(default)]
    settings: String,
    /// Absent in records of before there were quotas.
    #[serde(default = "usual_quota")]
    daily_answers: u32,
    /// Absent in records of before days were a shop's own.
    #[serde(default)]
    time_zone: Option<String>,
    keys: Vec<PublicKey>,
    /// Absent in records of before there were webhooks.
    #[serde(default)]
    has_webhooks: bool,
    surveys: Vec<SurveyRecord>,
}

/// The schema's default.
const fn usual_quota() -> u32 {
    100_000
}

#[derive(Serialize, Deserialize)]
struct SurveyRecord {
    id: String,
    version: u32,
    status: String,
    definition: String,
}

impl SurveyRecord {
    fn open(self) -> Result<Published, StoreError> {
        let broken = |what: &str| StoreError::Corrupt(format!("survey {} version {}: {what}", self.id, self.version));
        let status = Status::parse(&self.status).ok_or_else(|| broken("unknown status"))?;
        let definition = wire::read_stored(&self.definition)
            .map_err(|problems| broken(&problems.first().map_or_else(String::new, ToString::to_string)))?;
        Ok(Published { id: self.id, version: self.version, status, definition })
    }
}

impl Record {
    fn open(self) -> Result<Shop, StoreError> {
        // Origins were checked on their way in; one that no longer parses allows nobody.
        let origins = self.origins.iter().filter_map(|origin| Origin::parse(origin).ok()).collect();
        let surveys = self.surveys.into_iter().map(|survey| survey.open().map(Arc::new)).collect::<Result<_, _>>()?;
        let settings = shops::open_settings(&self.settings);
        Ok(Shop {
            id: self.id,
            name: self.name,
            origins,
            settings,
            daily_answers: self.daily_answers,
            has_webhooks: self.has_webhooks,
            zone: Zone::new(self.time_zone.as_deref().unwrap_or("UTC")),
            surveys,
            keys: self.keys,
        })
    }
}

struct Remembered {
    shop: Arc<Shop>,
    at: i64,
}

thread_local! {
    static SHOPS: RefCell<HashMap<String, Remembered>> = RefCell::new(HashMap::new());
    /// Earlier versions, which pages opened before a publishing still answer. A version never changes.
    static VERSIONS: RefCell<HashMap<(String, String, u32), Arc<Published>>> = RefCell::new(HashMap::new());
}

fn remember(shop: &Arc<Shop>, at: i64) {
    SHOPS.with_borrow_mut(|shops| {
        if shops.len() >= KEPT {
            shops.clear();
        }
        shops.insert(shop.id.clone(), Remembered { shop: Arc::clone(shop), at });
    });
}

fn remembered(id: &str, now: i64, age: i64) -> Option<Arc<Shop>> {
    SHOPS.with_borrow(|shops| {
        shops.get(id).filter(|known| now.saturating_sub(known.at) < age).map(|known| Arc::clone(&known.shop))
    })
}

impl Store {
    /// The shop with that id, `None` if D1 says that there is none. `now` in milliseconds since 1970.
    pub(crate) async fn shop(&self, id: &str, now: i64) -> Result<Option<Arc<Shop>>, StoreError> {
        if let Some(known) = remembered(id, now, FRESH_MS) {
            return Ok(Some(known));
        }
        let found = match self.shop_from_kv(id).await {
            Some(record) if record.time_zone.is_some() => record.open().map(Some),
            // D1 knows the zone; while it is away, an old record is better than none.
            Some(record) => match self.shop_from_database(id).await {
                Err(StoreError::Unavailable(_)) => record.open().map(Some),
                found => found,
            },
            None => self.shop_from_database(id).await,
        };
        match found {
            Ok(Some(shop)) => {
                let shop = Arc::new(shop);
                remember(&shop, now);
                Ok(Some(shop))
            }
            Ok(None) => Ok(None),
            // Late is better than not at all: an answer is not refused because its survey is a day old.
            Err(error) => remembered(id, now, STALE_MS).map(Some).ok_or(error),
        }
    }

    /// A published version: the current one from memory, an earlier one from D1.
    pub(crate) async fn published(
        &self,
        shop: &Shop,
        survey: &str,
        version: u32,
    ) -> Result<Option<Arc<Published>>, StoreError> {
        let current = shop.surveys.iter().find(|known| known.id == survey && known.version == version);
        if let Some(known) = current {
            return Ok(Some(Arc::clone(known)));
        }
        let place = (shop.id.clone(), survey.to_owned(), version);
        if let Some(known) = VERSIONS.with_borrow(|versions| versions.get(&place).cloned()) {
            return Ok(Some(known));
        }
        let sql = "SELECT survey AS id, version, 'paused' AS status, definition FROM survey_versions \
                   WHERE shop = ?1 AND survey = ?2 AND version = ?3";
        let arguments = [shop.id.as_str().into(), survey.into(), version.into()];
        let Some(record) = self.database.row::<SurveyRecord>(sql, &arguments).await? else { return Ok(None) };
        let published = Arc::new(record.open()?);
        VERSIONS.with_borrow_mut(|versions| {
            if versions.len() >= KEPT {
                versions.clear();
            }
            versions.insert(place, Arc::clone(&published));
        });
        Ok(Some(published))
    }

    /// Shows pages what a shop is now: after its surveys, keys or origins changed. The change itself is in D1 already,
    /// with a note that pages do not know it; so nothing here is an error to whoever made it.
    pub(crate) async fn publish(&self, id: &str, now: i64) {
        match self.write_config(id, now).await {
            Ok(true) => {}
            Ok(false) => {
                // This isolate's pages need not wait.
                if let Ok(Some(shop)) = self.shop_from_database(id).await {
                    remember(&Arc::new(shop), now);
                }
                self.write_config_later(id);
            }
            Err(error) => emit(&Event::ConfigLate { shop: id.into(), cause: error.cause().into() }),
        }
    }

    /// Tries once more when the second is over.
    fn write_config_later(&self, id: &str) {
        let (store, id) = (self.clone(), id.to_owned());
        self.after_reply(async move {
            platform::sleep(Duration::from_millis(SECOND_MS.unsigned_abs())).await;
            if let Err(error) = store.write_config(&id, clock::now_ms()).await {
                emit(&Event::ConfigLate { shop: (&id).into(), cause: error.cause().into() });
            }
        });
    }

    /// Writes a shop's config to KV if pages do not know its state, unless it was written within the last second; whether
    /// pages know it now. Two that come together cannot both have the second.
    pub(crate) async fn write_config(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Claimed {
            version: i64,
        }
        let sql = "UPDATE configs SET written_at = ?2 WHERE shop = ?1 AND written_at <= ?3 RETURNING version";
        let claimed = self.database.row::<Claimed>(sql, &[id.into(), now.into(), (now - SECOND_MS).into()]).await?;
        let Some(Claimed { version }) = claimed else { return Ok(false) };
        // Read after the claim: it holds at least what that version says.
        let Some(record) = self.record_from_database(id).await? else { return Ok(true) };
        let text = serde_json::to_string(&record).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        remember(&Arc::new(record.open()?), now);
        self.platform.cache(&kv_key(id), text).await?;
        // To this version even where another one stands there: whoever wrote last to KV says what is in it.
        let sql = "UPDATE configs SET published = ?2 WHERE shop = ?1";
        let mark = Statement::new(sql, [id.into(), version.into()]);
        self.database.idempotent(vec![mark]).await?;
        Ok(true)
    }

    /// Shops of this database whose pages do not know their state, at most `limit`.
    pub(crate) async fn late_configs(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        #[derive(Deserialize)]
        struct Late {
            shop: String,
        }
        let sql = "SELECT shop FROM configs WHERE published < version AND shop > '' ORDER BY shop LIMIT ?1";
        let late = self.database.rows::<Late>(sql, &[limit.into()]).await?;
        Ok(late.into_iter().map(|late| late.shop).collect())
    }

    /// KV is a cache: whatever is wrong with it, D1 is asked next.
    async fn shop_from_kv(&self, id: &str) -> Option<Record> {
        let text = self.platform.cached(&kv_key(id)).await.ok()??;
        serde_json::from_str::<Record>(&text).ok()
    }

    async fn shop_from_database(&self, id: &str) -> Result<Option<Shop>, StoreError> {
        self.record_from_database(id).await?.map(Record::open).transpose()
    }

    async fn record_from_database(&self, id: &str) -> Result<Option<Record>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            name: String,
            origins: String,
            settings: String,
            daily_answers: u32,
            /// 0 or 1.
            has_webhooks: u8,
            time_zone: String,
        }
        #[derive(Deserialize)]
        struct KeyRow {
            key: String,
            expires_at: Option<i64>,
        }
        let by_id: [Arg; 1] = [id.into()];
        let sql = "SELECT name, origins, settings, daily_answers, time_zone, EXISTS (SELECT 1 FROM webhooks \
                   WHERE shop = ?1 AND status = 'enabled') AS has_webhooks FROM shops WHERE id = ?1";
        let shop = self.database.row::<Row>(sql, &by_id).await?;
        let Some(shop) = shop else { return Ok(None) };
        let sql = "SELECT key, expires_at FROM keys WHERE shop = ?1 AND kind = 'public' AND revoked_at IS NULL \
                   ORDER BY expires_at IS NOT NULL, created_at DESC, key";
        let keys = self.database.rows::<KeyRow>(sql, &by_id).await?;
        let sql = "SELECT s.id, s.version, s.status, v.definition FROM surveys AS s \
                   JOIN survey_versions AS v ON v.shop = s.shop AND v.survey = s.id AND v.version = s.version \
                   WHERE s.shop = ?1 ORDER BY s.created_at, s.id";
        let surveys = self.database.rows::<SurveyRecord>(sql, &by_id).await?;
        Ok(Some(Record {
            id: id.to_owned(),
            name: shop.name,
            origins: serde_json::from_str(&shop.origins).unwrap_or_default(),
            settings: shop.settings,
            daily_answers: shop.daily_answers,
            time_zone: Some(shop.time_zone),
            keys: keys.into_iter().map(|row| PublicKey { key: row.key, expires_at: row.expires_at }).collect(),
            has_webhooks: shop.has_webhooks == 1,
            surveys,
        }))
    }
}

/// One prefix, one type: under `config/` stands nothing but a [`Record`].
fn kv_key(shop: &str) -> String {
    format!("config/{shop}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_pages_ends_by_itself() {
        let record = r#"{"id":"shp_1","name":"S","origins":[],"surveys":[],
            "keys":["pk_old",{"key":"pk_new","expires_at":null},{"key":"pk_ends","expires_at":10}]}"#;
        let record: Record = serde_json::from_str(record).unwrap();
        let written = serde_json::to_string(&record).unwrap();
        for record in [record, serde_json::from_str(&written).unwrap()] {
            let mut shop = record.open().unwrap();
            for (key, now, known) in [
                ("pk_old", 99, true),
                ("pk_new", 99, true),
                ("pk_ends", 9, true),
                ("pk_ends", 10, false),
                ("pk_none", 9, false),
            ] {
                assert_eq!(shop.has_public_key(key, now), known, "{key} {now}");
            }
            assert_eq!(shop.public_key(99), Some("pk_old"));
            shop.keys.drain(..2);
            assert_eq!((shop.public_key(9), shop.public_key(10)), (Some("pk_ends"), None));
        }
    }
}
