//! The survey that receives imported responses: one of the owner's, or one created for imports.

use crate::{
    http::{auth::Owner, error::Error},
    key,
};
use survey::{
    Code, Kind, Metric, Slug, Survey,
    import::{MAX_COMMENT, Options, Source},
    wire::{self, Definition},
};

/// A survey for imported responses.
pub(super) struct ImportTarget {
    pub(super) survey: String,
    pub(super) version: u32,
    pub(super) metric: Metric,
    /// The question of the scores.
    pub(super) score: Slug,
    /// The question of the comments, if there is one, and its maximum length in characters.
    pub(super) comment: Option<(Slug, u16)>,
    pub(super) touchpoint: Slug,
    /// The definition, if the survey is created for imports.
    pub(super) definition: Option<String>,
    /// The beginning of the shop's retention period, in milliseconds since 1970.
    pub(super) since: i64,
}

/// Finds the target.
///
/// # Errors
/// If the owner names a survey that does not exist or does not fit.
pub(super) async fn find(owner: &Owner, options: &Options) -> Result<ImportTarget, Error> {
    let store = &owner.store;
    let no_shop = || Error::not_found("", "shop");
    let settings = store.settings().get(&owner.shop).await?.ok_or_else(no_shop)?;
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
        let message = "was never published: publish it first";
        return Err(Error::refused(Code::InvalidReference, "query.survey", message));
    }
    let shop = store.config().shop(&owner.shop, owner.now).await?.ok_or_else(no_shop)?;
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
) -> Result<ImportTarget, Error> {
    let mut scales = survey.questions().iter().filter_map(|question| Some((question, question.kind.metric()?)));
    let found = scales.find(|(_, metric)| options.metric.is_none_or(|wanted| wanted == *metric));
    let Some((question, metric)) = found else {
        let wanted = options.metric.map_or("scored", Metric::as_str);
        let message = format!("has no {wanted} question for the scores");
        return Err(Error::refused(Code::InvalidReference, "query.survey", message));
    };
    let comment = survey.questions().iter().find_map(|question| match question.kind {
        Kind::Text { max_chars, .. } => Some((question.id.clone(), max_chars)),
        _ => None,
    });
    let touchpoint = options.touchpoint.clone().unwrap_or_else(|| survey.touchpoint().clone());
    let score = question.id.clone();
    Ok(ImportTarget { survey: id, version, metric, score, comment, touchpoint, definition, since })
}

/// The definition of the survey for imports of a source. The survey is archived, so no page shows it.
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
    fn every_source_and_metric_has_a_survey() {
        for source in Source::ALL {
            for metric in Metric::ALL {
                let (survey, text) = own(source, metric).unwrap();
                let query = [("source", source.as_str()), ("metric", metric.as_str())];
                let target = fit(&survey, &Options::read(query).unwrap(), "srv_1".into(), 1, Some(text), 0).unwrap();
                assert_eq!(
                    (target.metric, target.score.as_str(), target.touchpoint.as_str()),
                    (metric, "score", "imported")
                );
                assert_eq!(target.comment.unwrap().1, MAX_COMMENT);
            }
        }
    }
}
