//! Where the answers of a file go: to a survey of the owner's, or to one that imports have to themselves.

use crate::{
    http::{auth::Owner, error::Error},
    key,
};
use survey::{
    Code, Kind, Metric, Slug, Survey,
    import::{MAX_COMMENT, Options, Source},
    wire::{self, Definition},
};

/// A survey for imported answers.
pub(super) struct Home {
    pub(super) survey: String,
    pub(super) version: u32,
    pub(super) metric: Metric,
    /// The question that scores answer.
    pub(super) score: Slug,
    /// The question that comments answer, if there is one, and how many characters it takes.
    pub(super) comment: Option<(Slug, u16)>,
    pub(super) touchpoint: Slug,
    /// The definition of one that imports make.
    pub(super) definition: Option<String>,
    /// Milliseconds since 1970: since when the shop keeps answers.
    pub(super) since: i64,
}

/// Finds it.
///
/// # Errors
/// If the owner names a survey that is not there or does not fit.
pub(super) async fn find(owner: &Owner, options: &Options) -> Result<Home, Error> {
    let store = &owner.store;
    let gone = || Error::not_found("", "shop");
    let settings = store.settings().get(&owner.shop).await?.ok_or_else(gone)?;
    let since = owner.now - i64::from(settings.retention_days) * crate::time::clock::DAY_MS;
    let Some(id) = &options.survey else {
        let metric = options.metric.unwrap_or(Metric::Nps);
        let (definition, text) = own(options.source, metric)?;
        let id = key::survey_of_imports(&owner.shop, &format!("{} {}", options.source.as_str(), metric.as_str()));
        return fit(&definition, options, id, 1, Some(text), since);
    };
    let unknown = || Error::not_found("query.survey", "survey of this shop");
    let row = store.surveys().get(&owner.shop, id).await?.ok_or_else(unknown)?;
    if row.version == 0 {
        let message = "was never published: publish it first, so that its answers can be read with their questions";
        return Err(Error::refused(Code::InvalidReference, "query.survey", message));
    }
    let shop = store.config().shop(&owner.shop, owner.now).await?.ok_or_else(gone)?;
    let published = store.config().survey_version(&shop, id, row.version).await?.ok_or_else(unknown)?;
    fit(&published.definition, options, id.clone(), row.version, None, since)
}

fn fit(
    survey: &Survey,
    options: &Options,
    id: String,
    version: u32,
    definition: Option<String>,
    since: i64,
) -> Result<Home, Error> {
    let mut scales = survey.questions().iter().filter_map(|question| Some((question, question.kind.metric()?)));
    let found = scales.find(|(_, metric)| options.metric.is_none_or(|wanted| wanted == *metric));
    let Some((question, metric)) = found else {
        let wanted = options.metric.map_or("scored", Metric::as_str);
        let message = format!("has no {wanted} question that the scores could answer");
        return Err(Error::refused(Code::InvalidReference, "query.survey", message));
    };
    let comment = survey.questions().iter().find_map(|question| match question.kind {
        Kind::Text { max_chars, .. } => Some((question.id.clone(), max_chars)),
        _ => None,
    });
    let touchpoint = options.touchpoint.clone().unwrap_or_else(|| survey.touchpoint().clone());
    let score = question.id.clone();
    Ok(Home { survey: id, version, metric, score, comment, touchpoint, definition, since })
}

/// The survey that imports of a source have to themselves: archived, so that no page shows it.
fn own(source: Source, metric: Metric) -> Result<(Survey, String), Error> {
    let name = format!("Imported from {} ({})", source.title(), metric.as_str());
    let draft = serde_json::json!({
        "name": name, "touchpoint": "imported", "language": "en",
        "questions": [
            { "id": "score", "kind": metric.as_str(), "text": { "en": "The score, as it was imported" } },
            { "id": "comment", "kind": "text", "text": { "en": "The comment, as it was imported" }, "max_chars": MAX_COMMENT },
        ],
    });
    let broken = |what: String| Error::internal(format!("the survey of imports: {what}"));
    let survey = wire::read_definition(&draft.to_string())
        .map_err(|problems| broken(problems.first().map_or_else(String::new, ToString::to_string)))?;
    let text = serde_json::to_string(&Definition::from(&survey)).map_err(|error| broken(error.to_string()))?;
    Ok((survey, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_import_has_a_survey() {
        for source in Source::ALL {
            for metric in Metric::ALL {
                let (survey, text) = own(source, metric).unwrap();
                let query = [("source", source.as_str()), ("metric", metric.as_str())];
                let home = fit(&survey, &Options::read(query).unwrap(), "srv_1".into(), 1, Some(text), 0).unwrap();
                assert_eq!((home.metric, home.score.as_str(), home.touchpoint.as_str()), (metric, "score", "imported"));
                assert_eq!(home.comment.unwrap().1, MAX_COMMENT);
            }
        }
    }
}
