//! What a receiver is told, in the form that its endpoint wants.

use crate::{api::responses::Item, http::error::Error, store::ResponseRow, time::clock};
use serde::Serialize;
use survey::{
    webhook::{EventType, Template, html, mrkdwn},
    wire::StoredAnswer,
};

/// Longest comment in a message for people, in characters: Slack takes 3,000 in a block.
const COMMENT: usize = 2_000;

/// What happened.
pub(crate) struct Happened<'a> {
    pub(crate) event: EventType,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) response: &'a str,
    pub(crate) revision: u32,
    /// What the response says now; `None` if it is gone.
    pub(crate) row: Option<ResponseRow>,
    /// What its survey is called.
    pub(crate) survey_name: Option<&'a str>,
}

#[derive(Serialize)]
struct Envelope<T> {
    r#type: &'static str,
    /// When it happened.
    timestamp: String,
    data: T,
}

/// A response as `/v1/responses` shows it, and what its survey is called.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    response: Item,
    survey_name: Option<&'a str>,
}

/// A response that is gone.
#[derive(Serialize)]
struct Gone<'a> {
    id: &'a str,
    /// The last one that there was.
    revision: u32,
}

#[derive(Serialize)]
struct Slack {
    /// For notifications, and where blocks are not shown.
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

/// The body of a message. `None` if there is nothing left to tell: the response is gone, and this is not about that.
///
/// # Errors
/// If what is stored cannot be read.
pub(crate) fn write(
    template: Template,
    recipient: Option<&str>,
    happened: Happened<'_>,
) -> Result<Option<String>, Error> {
    let is_gone = happened.event == EventType::ResponseDeleted;
    if happened.row.is_none() && !is_gone {
        return Ok(None);
    }
    let written = match template {
        Template::Standard => standard(happened),
        Template::Slack => Summary::of(&happened)?.slack(),
        Template::Email => Summary::of(&happened)?.mail(recipient.unwrap_or_default()),
    };
    written.map(Some)
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::internal(format!("writing an event: {error}")))
}

fn standard(happened: Happened<'_>) -> Result<String, Error> {
    let (r#type, timestamp) = (happened.event.as_str(), clock::rfc3339(happened.at));
    match happened.row.filter(|_| happened.event != EventType::ResponseDeleted) {
        Some(row) => {
            let data = Told { response: Item::told(row)?, survey_name: happened.survey_name };
            json(&Envelope { r#type, timestamp, data })
        }
        None => {
            let data = Gone { id: happened.response, revision: happened.revision };
            json(&Envelope { r#type, timestamp, data })
        }
    }
}

/// What people want to read of it at a glance.
struct Summary {
    /// `New answer: After purchase · NPS 9`
    title: String,
    comments: Vec<String>,
    /// The page on which it was given.
    link: Option<String>,
}

impl Summary {
    fn of(happened: &Happened<'_>) -> Result<Self, Error> {
        let what = match happened.event {
            EventType::ResponseCreated => "New answer",
            EventType::ResponseUpdated => "Answer changed",
            EventType::ResponseDeleted => "Answer deleted",
            _ => happened.event.as_str(),
        };
        let row = happened.row.as_ref().filter(|_| happened.event != EventType::ResponseDeleted);
        let Some(row) = row else {
            return Ok(Self { title: format!("{what}: {}", happened.response), comments: Vec::new(), link: None });
        };
        let answers: Vec<StoredAnswer> = serde_json::from_str(&row.answers)
            .map_err(|error| Error::internal(format!("response {}: {error}", row.id)))?;
        let scores: Vec<String> = answers.iter().filter_map(StoredAnswer::score_label).collect();
        let mut title = format!("{what}: {}", happened.survey_name.unwrap_or(&row.survey));
        if !scores.is_empty() {
            title = format!("{title} · {}", scores.join(", "));
        }
        let comments = answers.iter().filter_map(StoredAnswer::free_text).map(|words| {
            let short: String = words.chars().take(COMMENT).collect();
            if short.len() < words.len() { short + "…" } else { short }
        });
        let link = row.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        Ok(Self { title, comments: comments.collect(), link })
    }

    fn slack(self) -> Result<String, Error> {
        let title = mrkdwn(&self.title);
        let section = |text: String| Block { r#type: "section", text: BlockText { r#type: "mrkdwn", text } };
        let mut blocks = vec![section(format!("*{title}*"))];
        for comment in &self.comments {
            blocks.push(section(format!("> {}", mrkdwn(comment).replace('\n', "\n> "))));
        }
        if let Some(link) = &self.link {
            // Within the brackets only these three and the bar mean something.
            let link = link.replace('&', "&amp;").replace('<', "%3C").replace('>', "%3E").replace('|', "%7C");
            blocks.push(section(format!("<{link}|Page>")));
        }
        json(&Slack { text: title, blocks })
    }

    fn mail(self, to: &str) -> Result<String, Error> {
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
        // A header of a mail is one line.
        let subject = self.title.replace(char::is_control, " ");
        json(&Mail { to, subject, text, html: page })
    }
}

/// An answer that nobody gave, for documents and for trying an endpoint.
const SAMPLE: &str = r#"{"id":"0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11","survey":"srv_0123456789abcdef0123456789","version":3,
    "revision":2,"complete":1,"touchpoint":"purchase","language":"en","device":"mobile","source":"load",
    "url":"https://shop.example/thank-you","answers":"[{\"question\":\"nps\",\"kind\":\"nps\",\"score\":9},{\"question\":\"why\",\"kind\":\"text\",\"text\":\"Fast delivery, thank you!\"}]",
    "order_id":"1001","order_value":12990,"order_currency":"PLN","customer":null,"traits":"{}",
    "received_at":1795305600000,"updated_at":1795305612345,"flags":0}"#;

/// The body of an event that did not happen.
///
/// # Errors
/// If the sample is broken, which a test would tell.
pub(crate) fn sample(template: Template, recipient: Option<&str>, event: EventType) -> Result<String, Error> {
    let row: ResponseRow =
        serde_json::from_str(SAMPLE).map_err(|error| Error::internal(format!("the sample: {error}")))?;
    let (response, at) = (row.id.clone(), row.updated_at);
    let revision = if event == EventType::ResponseCreated { 1 } else { row.revision };
    let row = (event != EventType::ResponseDeleted).then_some(ResponseRow { revision, ..row });
    let survey_name = Some("After purchase");
    let happened = Happened { event, at, response: &response, revision, row, survey_name };
    write(template, recipient, happened)?.ok_or_else(|| Error::internal("the sample says nothing".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn hostile() -> Happened<'static> {
        let mut row: Value = serde_json::from_str(SAMPLE).unwrap();
        let answers = json!([
            { "question": "nps", "kind": "nps", "score": 0 }, { "question": "ces", "kind": "ces", "score": 7 },
            { "question": "why", "kind": "text", "text": "<!channel> *now*\n<script>alert('x')</script> & \"more\"" },
            { "question": "c", "kind": "choice", "choices": [], "other": "own <words>" },
        ]);
        row["answers"] = answers.to_string().into();
        row["url"] = "https://shop.example/?a=<b>&c=\"d\"|e".into();
        Happened {
            event: EventType::ResponseUpdated,
            at: 1_795_305_600_000,
            response: "r",
            revision: 2,
            row: Some(serde_json::from_value(row).unwrap()),
            survey_name: Some("Be <b>quick</b>\r\nBcc: x"),
        }
    }

    fn written(template: Template, happened: Happened<'_>) -> Value {
        serde_json::from_str(&write(template, Some("ala@shop.example"), happened).unwrap().unwrap()).unwrap()
    }

    #[test]
    fn the_whole_event() {
        for event in EventType::ALL {
            let body: Value = serde_json::from_str(&sample(Template::Standard, None, *event).unwrap()).unwrap();
            assert_eq!(
                (body["type"].as_str(), body["timestamp"].as_str()),
                (Some(event.as_str()), Some("2026-11-22T00:00:12.345Z"))
            );
            assert_eq!(body["data"]["id"], "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11");
            let members = body["data"].as_object().unwrap().len();
            if *event == EventType::ResponseDeleted {
                assert_eq!(members, 2, "nothing else is known of it: {body}");
            } else {
                assert_eq!(body["data"]["answers"][1]["text"], "Fast delivery, thank you!");
                assert_eq!(body["data"]["survey_name"], "After purchase");
                assert_eq!(body["data"]["order"]["value"], 12_990);
            }
        }
    }

    #[test]
    fn what_is_gone_is_not_told() {
        for template in Template::ALL {
            let gone = Happened { row: None, ..hostile() };
            assert!(write(template, None, gone).unwrap().is_none());
            let deleted = Happened { event: EventType::ResponseDeleted, ..hostile() };
            let text = write(template, Some("a@b.example"), deleted).unwrap().unwrap();
            assert!(!text.contains("alert") && !text.contains("shop.example"), "{text}");
        }
    }

    #[test]
    fn for_slack() {
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
    fn for_mail() {
        let body = written(Template::Email, hostile());
        assert_eq!(body["to"], "ala@shop.example");
        assert_eq!(body["subject"], "Answer changed: Be <b>quick</b>  Bcc: x · NPS 0, CES 7");
        let page = body["html"].as_str().unwrap();
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"), "{page}");
        assert!(page.contains("<a href=\"https://shop.example/?a=&lt;b&gt;&amp;c=&quot;d&quot;|e\">"), "{page}");
        assert!(body["text"].as_str().unwrap().contains("own <words>"), "plain text is plain");
    }

    #[test]
    fn comments_end() {
        let mut happened = hostile();
        let long = json!([{ "question": "why", "kind": "text", "text": "ż".repeat(5_000) }]);
        if let Some(row) = &mut happened.row {
            row.answers = long.to_string();
        }
        let body = written(Template::Slack, happened);
        assert_eq!(body["blocks"][1]["text"]["text"].as_str().unwrap().chars().count(), COMMENT + 3);
    }
}
