//! The body of a delivery, in the template of its endpoint.

use crate::{
    reports::{
        ReportError,
        response::{ResponseItem, SurveyContext, answers_of, projection::Projection},
    },
    store::ResponseRow,
    time::clock,
};
use serde::Serialize;
use survey::{
    webhook::{EventType, Template, html, mrkdwn},
    wire::StoredAnswer,
};

/// Maximum length of a comment in a Slack message or email, in characters. Slack allows 3,000 per block.
const MAX_COMMENT: usize = 2_000;

/// An event from the outbox, with the response as it is now.
pub(crate) struct ResponseEvent<'a> {
    pub(crate) kind: EventType,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) response: &'a str,
    pub(crate) revision: u32,
    /// `None` if the response was deleted.
    pub(crate) row: Option<ResponseRow>,
    pub(crate) survey_name: Option<&'a str>,
}

#[derive(Serialize)]
struct Envelope<T> {
    r#type: &'static str,
    /// When the event occurred.
    timestamp: String,
    data: T,
}

/// A response as `/v1/responses` shows it, with the name of its survey.
#[derive(Serialize)]
struct ResponseData<'a> {
    #[serde(flatten)]
    response: ResponseItem,
    survey_name: Option<&'a str>,
}

/// A response that was deleted.
#[derive(Serialize)]
struct DeletedResponse<'a> {
    id: &'a str,
    /// The last revision before the deletion.
    revision: u32,
}

#[derive(Serialize)]
struct Slack {
    /// For notifications and clients that do not show blocks.
    text: String,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct Block {
    r#type: &'static str,
    text: BlockText,
}

#[derive(Serialize)]
struct BlockText {
    r#type: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Mail<'a> {
    to: &'a str,
    subject: String,
    text: String,
    html: String,
}

/// The body of a delivery. `None` if the response was deleted after an event that is not about its deletion.
///
/// # Errors
/// If the stored response is unreadable.
pub(crate) fn write(
    template: Template,
    recipient: Option<&str>,
    event: ResponseEvent<'_>,
) -> Result<Option<String>, ReportError> {
    if event.row.is_none() && event.kind != EventType::ResponseDeleted {
        return Ok(None);
    }
    let written = match template {
        Template::Standard => standard(event),
        Template::Slack => Summary::of(&event)?.slack(),
        Template::Email => Summary::of(&event)?.mail(recipient.unwrap_or_default()),
    };
    written.map(Some)
}

fn json(value: &impl Serialize) -> Result<String, ReportError> {
    serde_json::to_string(value).map_err(|error| ReportError::corrupt("an event", error))
}

fn standard(event: ResponseEvent<'_>) -> Result<String, ReportError> {
    let (r#type, timestamp) = (event.kind.as_str(), clock::rfc3339(event.at));
    match event.row.filter(|_| event.kind != EventType::ResponseDeleted) {
        Some(row) => {
            let response = ResponseItem::of(row, Projection::BASIC, SurveyContext::NONE)?;
            let data = ResponseData { response, survey_name: event.survey_name };
            json(&Envelope { r#type, timestamp, data })
        }
        None => {
            let data = DeletedResponse { id: event.response, revision: event.revision };
            json(&Envelope { r#type, timestamp, data })
        }
    }
}

/// A short text for Slack and email.
struct Summary {
    /// `New answer: After purchase · NPS 9`
    title: String,
    comments: Vec<String>,
    /// The page on which the survey was answered.
    link: Option<String>,
}

impl Summary {
    fn of(event: &ResponseEvent<'_>) -> Result<Self, ReportError> {
        let action = match event.kind {
            EventType::ResponseCreated => "New answer",
            EventType::ResponseUpdated => "Answer changed",
            EventType::ResponseDeleted => "Answer deleted",
            _ => event.kind.as_str(),
        };
        let row = event.row.as_ref().filter(|_| event.kind != EventType::ResponseDeleted);
        let Some(row) = row else {
            return Ok(Self { title: format!("{action}: {}", event.response), comments: Vec::new(), link: None });
        };
        let answers = answers_of(row)?;
        let scores: Vec<String> = answers.iter().filter_map(StoredAnswer::score_label).collect();
        let mut title = format!("{action}: {}", event.survey_name.unwrap_or(&row.survey));
        if !scores.is_empty() {
            title = format!("{title} · {}", scores.join(", "));
        }
        let comments = answers.iter().filter_map(StoredAnswer::free_text).map(|words| {
            let short: String = words.chars().take(MAX_COMMENT).collect();
            if short.len() < words.len() { short + "…" } else { short }
        });
        let link = row.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        Ok(Self { title, comments: comments.collect(), link })
    }

    fn slack(self) -> Result<String, ReportError> {
        let title = mrkdwn(&self.title);
        let section = |text: String| Block { r#type: "section", text: BlockText { r#type: "mrkdwn", text } };
        let mut blocks = vec![section(format!("*{title}*"))];
        for comment in &self.comments {
            blocks.push(section(format!("> {}", mrkdwn(comment).replace('\n', "\n> "))));
        }
        if let Some(link) = &self.link {
            // Inside the angle brackets only these four characters are special.
            let link = link.replace('&', "&amp;").replace('<', "%3C").replace('>', "%3E").replace('|', "%7C");
            blocks.push(section(format!("<{link}|Page>")));
        }
        json(&Slack { text: title, blocks })
    }

    fn mail(self, to: &str) -> Result<String, ReportError> {
        let mut text = format!("{}\n", self.title);
        let mut page = format!("<p><strong>{}</strong></p>", html(&self.title));
        for comment in &self.comments {
            text = format!("{text}\n{comment}\n");
            page = format!("{page}<blockquote>{}</blockquote>", html(comment).replace('\n', "<br>"));
        }
        if let Some(link) = &self.link {
            text = format!("{text}\n{link}\n");
            let link = html(link);
            page = format!("{page}<p><a href=\"{link}\">{link}</a></p>");
        }
        // A mail header must not contain line breaks.
        let subject = self.title.replace(char::is_control, " ");
        json(&Mail { to, subject, text, html: page })
    }
}

/// A made-up response, for the documentation and for test deliveries.
const SAMPLE: &str = r#"{"id":"0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11","survey":"srv_0123456789abcdef0123456789","version":3,
    "revision":2,"complete":1,"touchpoint":"purchase","language":"en","device":"mobile","source":"load",
    "url":"https://shop.example/thank-you","answers":"[{\"question\":\"nps\",\"kind\":\"nps\",\"score\":9},{\"question\":\"why\",\"kind\":\"text\",\"text\":\"Fast delivery, thank you!\"}]",
    "order_id":"1001","order_value":12990,"order_currency":"PLN","customer":null,"traits":"{}",
    "received_at":1795305600000,"updated_at":1795305612345,"flags":0}"#;

/// The body of a test delivery.
///
/// # Errors
/// If the sample is unreadable, which a test prevents.
pub(crate) fn sample(template: Template, recipient: Option<&str>, kind: EventType) -> Result<String, ReportError> {
    let row: ResponseRow =
        serde_json::from_str(SAMPLE).map_err(|error| ReportError::corrupt("the sample response", error))?;
    let (response, at) = (row.id.clone(), row.updated_at);
    let revision = if kind == EventType::ResponseCreated { 1 } else { row.revision };
    let row = (kind != EventType::ResponseDeleted).then_some(ResponseRow { revision, ..row });
    let survey_name = Some("After purchase");
    let event = ResponseEvent { kind, at, response: &response, revision, row, survey_name };
    write(template, recipient, event)?.ok_or_else(|| ReportError::Corrupt("the sample response is missing".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn hostile() -> ResponseEvent<'static> {
        let mut row: Value = serde_json::from_str(SAMPLE).unwrap();
        let answers = json!([
            { "question": "nps", "kind": "nps", "score": 0 }, { "question": "ces", "kind": "ces", "score": 7 },
            { "question": "why", "kind": "text", "text": "<!channel> *now*\n<script>alert('x')</script> & \"more\"" },
            { "question": "c", "kind": "choice", "choices": [], "other": "own <words>" },
        ]);
        row["answers"] = answers.to_string().into();
        row["url"] = "https://shop.example/?a=<b>&c=\"d\"|e".into();
        ResponseEvent {
            kind: EventType::ResponseUpdated,
            at: 1_795_305_600_000,
            response: "r",
            revision: 2,
            row: Some(serde_json::from_value(row).unwrap()),
            survey_name: Some("Be <b>quick</b>\r\nBcc: x"),
        }
    }

    fn written(template: Template, event: ResponseEvent<'_>) -> Value {
        serde_json::from_str(&write(template, Some("ala@shop.example"), event).unwrap().unwrap()).unwrap()
    }

    #[test]
    fn the_standard_template_has_the_whole_response() {
        for kind in EventType::ALL {
            let body: Value = serde_json::from_str(&sample(Template::Standard, None, *kind).unwrap()).unwrap();
            assert_eq!(
                (body["type"].as_str(), body["timestamp"].as_str()),
                (Some(kind.as_str()), Some("2026-11-22T00:00:12.345Z"))
            );
            assert_eq!(body["data"]["id"], "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11");
            let members = body["data"].as_object().unwrap().len();
            if *kind == EventType::ResponseDeleted {
                assert_eq!(members, 2, "nothing else is known about a deleted response: {body}");
            } else {
                assert_eq!(body["data"]["answers"][1]["text"], "Fast delivery, thank you!");
                assert_eq!(body["data"]["survey_name"], "After purchase");
                assert_eq!(body["data"]["order"]["value"], 12_990);
                assert_eq!(body["data"]["verified"], json!([]));
            }
        }
    }

    #[test]
    fn deleted_responses_are_not_sent() {
        for template in Template::ALL {
            let deleted_since = ResponseEvent { row: None, ..hostile() };
            assert!(write(template, None, deleted_since).unwrap().is_none());
            let deleted = ResponseEvent { kind: EventType::ResponseDeleted, ..hostile() };
            let text = write(template, Some("a@b.example"), deleted).unwrap().unwrap();
            assert!(!text.contains("alert") && !text.contains("shop.example"), "{text}");
        }
    }

    #[test]
    fn the_slack_template_escapes_text() {
        let body = written(Template::Slack, hostile());
        let text = body.to_string();
        assert!(!text.contains("<!channel>") && !text.contains("<script>"), "{text}");
        assert_eq!(
            body["text"],
            "Answer changed: Be &lt;b&gt;quick&lt;/b&gt;  Bcc: x · NPS 0, CES 7".replace("  Bcc", " \nBcc")
        );
        let blocks = body["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), 4);
        assert!(blocks.iter().all(|block| block["type"] == "section" && block["text"]["type"] == "mrkdwn"));
        assert!(blocks[1]["text"]["text"].as_str().unwrap().contains("\n> &lt;script&gt;"), "{body}");
        assert_eq!(blocks[3]["text"]["text"], "<https://shop.example/?a=%3Cb%3E&amp;c=\"d\"%7Ce|Page>");
    }

    #[test]
    fn the_email_template_escapes_html() {
        let body = written(Template::Email, hostile());
        assert_eq!(body["to"], "ala@shop.example");
        assert_eq!(body["subject"], "Answer changed: Be <b>quick</b>  Bcc: x · NPS 0, CES 7");
        let page = body["html"].as_str().unwrap();
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"), "{page}");
        assert!(page.contains("<a href=\"https://shop.example/?a=&lt;b&gt;&amp;c=&quot;d&quot;|e\">"), "{page}");
        assert!(body["text"].as_str().unwrap().contains("own <words>"), "the plain text is not escaped");
    }

    #[test]
    fn long_comments_are_truncated() {
        let mut event = hostile();
        let long = json!([{ "question": "why", "kind": "text", "text": "ż".repeat(5_000) }]);
        if let Some(row) = &mut event.row {
            row.answers = long.to_string();
        }
        let body = written(Template::Slack, event);
        assert_eq!(body["blocks"][1]["text"]["text"].as_str().unwrap().chars().count(), MAX_COMMENT + 3);
    }
}
