//! The config of a shop, which every page view and every submission needs: memory → KV → D1.
//!
//! An isolate's memory is at most a minute old while KV or D1 is available, and is served for up to a day while both are
//! not. Only D1 can say that a shop does not exist.
//!
//! KV accepts one write per second and key, and may be unavailable. Therefore D1 records which version of a config is
//! published: a failed or postponed write is repeated a second later, or by the cron job within a minute.

mod record;

use super::super::{Config, StoreError, survey::period::CLOSED_AT};
use crate::db::{Arg, Statement};
use crate::{
    cache::{IsolateCache, Timed},
    identity::IdentitySecret,
    platform,
    telemetry::log::{Event, emit},
    time::{clock, zone::Zone},
};
use record::{KeyRecord, Record, SecretRecord, SurveyRecord};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use survey::{
    Origin, Status, Survey,
    closing::{Period, State},
    settings::ShopSettings,
    submission::PageParameters,
};

/// How long memory is used without reading KV.
const FRESH_MS: i64 = 60_000;
/// How long memory is used while KV and D1 are unavailable.
const STALE_MS: i64 = 86_400_000;
/// Shops and earlier survey versions in one isolate's memory: 1,000 of about 20 kB fit well into its 128 MB.
const CACHE_CAPACITY: usize = 1_000;
/// KV accepts one write of a key in this time.
const KV_WRITE_INTERVAL_MS: i64 = 1_000;

/// A published survey version, current or earlier.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) status: Status,
    /// When it was paused or archived, in milliseconds since 1970. `None` while it is live, and for an earlier version.
    closed_at: Option<i64>,
    pub(crate) definition: Survey,
}

impl Published {
    /// When the survey begins and ends. Asked of the current version, because it governs the earlier ones as well.
    pub(crate) fn period(&self) -> Period {
        let audience = self.definition.audience();
        Period::new(audience.from, audience.until, self.closed_at)
    }

    /// Whether pages show the survey at `now`, in milliseconds since 1970.
    pub(crate) fn state_at(&self, now: i64) -> State {
        if self.status == Status::Live { self.period().state_at(now) } else { State::Closed }
    }
}

/// A shop as pages see it.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) origins: Vec<Origin>,
    pub(crate) settings: ShopSettings,
    /// The parameters that are kept in the addresses of the shop's pages.
    pub(crate) page_parameters: PageParameters,
    /// New responses that the shop may receive in a day.
    pub(crate) daily_answers: u32,
    /// Whether the shop has an enabled webhook endpoint.
    pub(crate) has_webhooks: bool,
    /// The time zone of the shop's days.
    pub(crate) zone: Zone,
    /// The current version of every published survey except those of imports, in the order of first publication.
    pub(crate) surveys: Vec<Arc<Published>>,
    /// The secrets with which the shop signs identities: the current one, and the one before for a day after a rotation.
    pub(crate) identity: Vec<IdentitySecret>,
    /// Keys without an expiry come first.
    keys: Vec<PublicKey>,
}

/// A key that pages carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeyRecord")]
struct PublicKey {
    key: String,
    /// Milliseconds since 1970.
    expires_at: Option<i64>,
}

impl PublicKey {
    fn is_valid_at(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Shop {
    /// The current version of a published survey that is not one of imports.
    pub(crate) fn survey(&self, id: &str) -> Option<&Arc<Published>> {
        self.surveys.iter().find(|survey| survey.id == id)
    }

    /// A valid key for the shop's pages. `now` in milliseconds since 1970.
    pub(crate) fn public_key(&self, now: i64) -> Option<&str> {
        self.keys.iter().find(|known| known.is_valid_at(now)).map(|known| known.key.as_str())
    }

    /// Whether this is a valid key of the shop's pages. `now` in milliseconds since 1970.
    pub(crate) fn has_public_key(&self, key: &str, now: i64) -> bool {
        self.keys.iter().any(|known| known.key == key && known.is_valid_at(now))
    }
}

thread_local! {
    static SHOPS: IsolateCache<String, Timed<Arc<Shop>>> = IsolateCache::new(CACHE_CAPACITY);
    /// Earlier versions: a page that was opened before a publication still submits to its version. A version is immutable.
    static VERSIONS: IsolateCache<(String, String, u32), Arc<Published>> = IsolateCache::new(CACHE_CAPACITY);
}

fn cache_shop(shop: &Arc<Shop>, at: i64) {
    SHOPS.with(|shops| shops.insert(shop.id.clone(), Timed::new(Arc::clone(shop), at)));
}

fn cached_shop(id: &str, now: i64, max_age: i64) -> Option<Arc<Shop>> {
    SHOPS.with(|shops| shops.get(id)).and_then(|cached| cached.younger_than(max_age, now))
}

impl Config<'_> {
    /// The shop with this id; `None` if D1 says that there is none. `now` in milliseconds since 1970.
    pub(crate) async fn shop(&self, id: &str, now: i64) -> Result<Option<Arc<Shop>>, StoreError> {
        if let Some(cached) = cached_shop(id, now, FRESH_MS) {
            return Ok(Some(cached));
        }
        let found = match self.read_kv(id).await {
            Some(record) if record.is_complete() => record.open().map(Some),
            // An old record lacks what D1 has. While D1 is unavailable, the old record is used.
            Some(record) => match self.read_database(id).await {
                Err(StoreError::Unavailable(_)) => record.open().map(Some),
                found => found,
            },
            None => self.read_database(id).await,
        };
        match found {
            Ok(Some(shop)) => {
                let shop = Arc::new(shop);
                cache_shop(&shop, now);
                Ok(Some(shop))
            }
            Ok(None) => Ok(None),
            // A stale config is better than rejecting the submission.
            Err(error) => cached_shop(id, now, STALE_MS).map(Some).ok_or(error),
        }
    }

    /// A published survey version: the current one from the config, an earlier one from memory or D1.
    pub(crate) async fn survey_version(
        &self,
        shop: &Shop,
        survey: &str,
        version: u32,
    ) -> Result<Option<Arc<Published>>, StoreError> {
        if let Some(current) = shop.survey(survey).filter(|current| current.version == version) {
            return Ok(Some(Arc::clone(current)));
        }
        let cache_key = (shop.id.clone(), survey.to_owned(), version);
        if let Some(cached) = VERSIONS.with(|versions| versions.get(&cache_key)) {
            return Ok(Some(cached));
        }
        let sql = "SELECT survey AS id, version, 'paused' AS status, NULL AS closed_at, definition FROM survey_versions \
                   WHERE shop = ?1 AND survey = ?2 AND version = ?3";
        let arguments = [shop.id.as_str().into(), survey.into(), version.into()];
        let Some(record) = self.0.database.row::<SurveyRecord>(sql, &arguments).await? else { return Ok(None) };
        let published = Arc::new(record.open()?);
        VERSIONS.with(|versions| versions.insert(cache_key, Arc::clone(&published)));
        Ok(Some(published))
    }

    /// Publishes a shop's config after its surveys, keys or settings changed. The change itself is already in D1, marked as
    /// unpublished; so a failure here is logged and repeated by the cron job, and is no error for the caller.
    pub(crate) async fn publish(&self, id: &str, now: i64) {
        match self.write(id, now).await {
            Ok(true) => {}
            Ok(false) => {
                // This isolate serves the change at once.
                if let Ok(Some(shop)) = self.read_database(id).await {
                    cache_shop(&Arc::new(shop), now);
                }
                self.write_later(id);
            }
            Err(error) => emit(&Event::ConfigLate { shop: id.into(), cause: error.cause().into() }),
        }
    }

    /// Writes again once KV accepts the next write of the key.
    fn write_later(&self, id: &str) {
        let (store, id) = (self.0.clone(), id.to_owned());
        self.0.after_reply(async move {
            platform::sleep(Duration::from_millis(KV_WRITE_INTERVAL_MS.unsigned_abs())).await;
            if let Err(error) = store.config().write(&id, clock::now_ms()).await {
                emit(&Event::ConfigLate { shop: (&id).into(), cause: error.cause().into() });
            }
        });
    }

    /// Writes a shop's config to KV, unless it was written within the last second; returns whether the config in KV is
    /// current. The time of the write is claimed in D1, so that two concurrent callers do not both write.
    pub(crate) async fn write(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Claimed {
            version: i64,
        }
        let sql = "UPDATE configs SET written_at = ?2 WHERE shop = ?1 AND written_at <= ?3 RETURNING version";
        let arguments = [id.into(), now.into(), (now - KV_WRITE_INTERVAL_MS).into()];
        let claimed = self.0.database.row::<Claimed>(sql, &arguments).await?;
        let Some(Claimed { version }) = claimed else { return Ok(false) };
        // Read after the claim, so that the record holds at least the claimed version.
        let Some(record) = self.read_record(id).await? else { return Ok(true) };
        let text = serde_json::to_string(&record).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        cache_shop(&Arc::new(record.open()?), now);
        self.0.platform.cache(&kv_key(id), text).await?;
        // Overwrites a higher version, too: the last write to KV determines what KV holds.
        let sql = "UPDATE configs SET published = ?2 WHERE shop = ?1";
        let mark = Statement::new(sql, [id.into(), version.into()]);
        self.0.database.idempotent([mark]).await?;
        Ok(true)
    }

    /// Shops of this database with an unpublished config, at most `limit`.
    pub(crate) async fn unpublished(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            shop: String,
        }
        let sql = "SELECT shop FROM configs WHERE published < version AND shop > '' ORDER BY shop LIMIT ?1";
        let rows = self.0.database.rows::<Row>(sql, &[limit.into()]).await?;
        Ok(rows.into_iter().map(|row| row.shop).collect())
    }

    /// KV is only a cache: after any failure, D1 is read.
    async fn read_kv(&self, id: &str) -> Option<Record> {
        let text = self.0.platform.cached(&kv_key(id)).await.ok()??;
        serde_json::from_str::<Record>(&text).ok()
    }

    async fn read_database(&self, id: &str) -> Result<Option<Shop>, StoreError> {
        self.read_record(id).await?.map(Record::open).transpose()
    }

    async fn read_record(&self, id: &str) -> Result<Option<Record>, StoreError> {
        #[derive(Deserialize)]
        struct ShopRow {
            name: String,
            origins: String,
            settings: String,
            daily_answers: u32,
            /// 0 or 1.
            has_webhooks: u8,
            time_zone: String,
            identity_secret: Option<String>,
            identity_old_secret: Option<String>,
            identity_old_until: Option<i64>,
        }
        #[derive(Deserialize)]
        struct KeyRow {
            key: String,
            expires_at: Option<i64>,
        }
        let by_id: [Arg; 1] = [id.into()];
        let sql = "SELECT name, origins, settings, daily_answers, time_zone, identity_secret, identity_old_secret, \
                   identity_old_until, EXISTS (SELECT 1 FROM webhooks \
                   WHERE shop = ?1 AND status = 'enabled') AS has_webhooks FROM shops WHERE id = ?1";
        let shop = self.0.database.row::<ShopRow>(sql, &by_id).await?;
        let Some(shop) = shop else { return Ok(None) };
        let sql = "SELECT key, expires_at FROM keys WHERE shop = ?1 AND kind = 'public' AND revoked_at IS NULL \
                   ORDER BY expires_at IS NOT NULL, created_at DESC, key";
        let keys = self.0.database.rows::<KeyRow>(sql, &by_id).await?;
        let sql = format!(
            "SELECT s.id, s.version, s.status, {CLOSED_AT}, v.definition FROM surveys AS s \
             JOIN survey_versions AS v ON v.shop = s.shop AND v.survey = s.id AND v.version = s.version \
             WHERE s.shop = ?1 AND s.imports = 0 ORDER BY s.created_at, s.id"
        );
        let surveys = self.0.database.rows::<SurveyRecord>(&sql, &by_id).await?;
        let current = shop.identity_secret.map(|secret| SecretRecord { secret, valid_until: None });
        let until = shop.identity_old_until.unwrap_or(0);
        let old = shop.identity_old_secret.map(|secret| SecretRecord { secret, valid_until: Some(until) });
        Ok(Some(Record {
            id: id.to_owned(),
            name: shop.name,
            origins: serde_json::from_str(&shop.origins).unwrap_or_default(),
            settings: shop.settings,
            daily_answers: shop.daily_answers,
            time_zone: Some(shop.time_zone),
            keys: keys.into_iter().map(|row| PublicKey { key: row.key, expires_at: row.expires_at }).collect(),
            identity: current.into_iter().chain(old).collect(),
            has_webhooks: shop.has_webhooks == 1,
            surveys,
        }))
    }
}

/// Keys under `config/` hold a [`Record`] and nothing else.
fn kv_key(shop: &str) -> String {
    format!("config/{shop}")
}
