//! The config of a shop as KV stores it.

use super::{super::settings, PublicKey, Published, Shop};
use crate::{identity::IdentitySecret, store::StoreError, time::zone::Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use survey::{Origin, Status, submission::PageParameters, wire};

/// A shop as KV stores it.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) origins: Vec<String>,
    /// JSON; missing in records that were written before settings existed.
    #[serde(default)]
    pub(super) settings: String,
    /// Missing in records that were written before quotas existed.
    #[serde(default = "default_quota")]
    pub(super) daily_answers: u32,
    /// Missing in records that were written before per-shop time zones.
    #[serde(default)]
    pub(super) time_zone: Option<String>,
    pub(super) keys: Vec<PublicKey>,
    /// Never part of what pages load. Missing in records that were written before signatures existed.
    #[serde(default)]
    pub(super) identity: Vec<SecretRecord>,
    /// Missing in records that were written before webhooks existed.
    #[serde(default)]
    pub(super) has_webhooks: bool,
    pub(super) surveys: Vec<SurveyRecord>,
}

/// The default of the schema.
const fn default_quota() -> u32 {
    100_000
}

/// A published survey version, as KV stores it and D1 returns it.
#[derive(Serialize, Deserialize)]
pub(super) struct SurveyRecord {
    id: String,
    version: u32,
    status: String,
    /// Missing in records that were written before surveys had an end.
    #[serde(default)]
    closed_at: Option<i64>,
    definition: String,
}

/// An identity secret as KV stores it. KV is not public.
#[derive(Serialize, Deserialize)]
pub(super) struct SecretRecord {
    pub(super) secret: String,
    /// Milliseconds since 1970; `None` = until it is rotated.
    pub(super) valid_until: Option<i64>,
}

impl SecretRecord {
    fn open(self) -> IdentitySecret {
        IdentitySecret::new(self.secret, self.valid_until)
    }
}

/// A public key as KV stores it: a string in records that were written before keys could expire.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum KeyRecord {
    Text(String),
    Expiring { key: String, expires_at: Option<i64> },
}

impl From<KeyRecord> for PublicKey {
    fn from(record: KeyRecord) -> Self {
        match record {
            KeyRecord::Text(key) => Self { key, expires_at: None },
            KeyRecord::Expiring { key, expires_at } => Self { key, expires_at },
        }
    }
}

impl SurveyRecord {
    pub(super) fn open(self) -> Result<Published, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("survey {} version {}: {what}", self.id, self.version));
        let status = Status::parse(&self.status).ok_or_else(|| corrupt("unknown status"))?;
        let definition = wire::read_stored(&self.definition)
            .map_err(|problems| corrupt(&problems.first().map_or_else(String::new, ToString::to_string)))?;
        Ok(Published { id: self.id, version: self.version, status, closed_at: self.closed_at, definition })
    }
}

impl Record {
    /// Whether the record has everything that records are written with now.
    pub(super) fn is_complete(&self) -> bool {
        let is_live = |survey: &SurveyRecord| survey.status == Status::Live.as_str();
        self.time_zone.is_some() && self.surveys.iter().all(|survey| is_live(survey) || survey.closed_at.is_some())
    }

    pub(super) fn open(self) -> Result<Shop, StoreError> {
        // Origins were validated when they were written; one that no longer parses is ignored.
        let origins = self.origins.iter().filter_map(|origin| Origin::parse(origin).ok()).collect();
        let surveys: Vec<Arc<Published>> =
            self.surveys.into_iter().map(|survey| survey.open().map(Arc::new)).collect::<Result<_, _>>()?;
        let settings = settings::read(&self.settings);
        let page_parameters = PageParameters::new(&settings, surveys.iter().map(|survey| &survey.definition));
        Ok(Shop {
            id: self.id,
            name: self.name,
            origins,
            settings,
            page_parameters,
            daily_answers: self.daily_answers,
            has_webhooks: self.has_webhooks,
            zone: Zone::new(self.time_zone.as_deref().unwrap_or("UTC")),
            surveys,
            keys: self.keys,
            identity: self.identity.into_iter().map(SecretRecord::open).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_unknown_once_it_has_expired() {
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
