use std::sync::OnceLock;

use survey::{
    Language, Problems, Submission, Survey, Value,
    plausibility::{Flags, Signals, Token, assess},
    submission::{self, Device, PageParameters, RawAnswer, RawContext, RawOrder, RawSubmission, Source},
    wire::{StoredAnswer, read_definition, read_submission},
};

/// A survey with a question of each kind and conditions between them.
const SURVEY: &str = r#"{
    "name": "All kinds", "touchpoint": "purchase", "language": "en",
    "questions": [
        { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
        { "id": "why", "kind": "text", "text": { "en": "Why?" }, "max_chars": 20,
          "ask_when": { "question": "nps", "to": 6 } },
        { "id": "ces", "kind": "ces", "text": { "en": "How easy?" } },
        { "id": "csat", "kind": "csat", "text": { "en": "How good?" } },
        { "id": "one", "kind": "choice", "text": { "en": "Which?" }, "other": { "en": "Else" },
          "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
        { "id": "many", "kind": "choice", "text": { "en": "Which?" }, "multiple": true,
          "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
        { "id": "agree", "kind": "agree", "text": { "en": "It is good" } },
        { "id": "which", "kind": "text", "text": { "en": "Which?" },
          "ask_when": { "question": "one", "choices": ["a"], "other": true } },
        { "id": "mail", "kind": "contact", "text": { "en": "Where?" } },
        { "id": "phone", "kind": "contact", "text": { "en": "Where?" }, "channel": "phone" }
    ]
}"#;

/// An accepted submission is accepted again in canonical form and gives the same result, also after storing and reading
/// it. Its texts can be masked, and it can be assessed whatever its signals are.
pub fn submission(data: &[u8]) {
    static KNOWN: OnceLock<Survey> = OnceLock::new();
    let survey = KNOWN.get_or_init(|| match read_definition(SURVEY) {
        Ok(survey) => survey,
        Err(problems) => panic!("the survey of this target is valid: {problems:?}"),
    });
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (claim, found) = match read_submission(text) {
        Err(problems) => return crate::are_reported(&problems),
        Ok(read) => read,
    };
    let parameters = PageParameters::default();
    let mut envelope = Problems::new();
    submission::check_envelope(&claim, &mut envelope);
    match submission::check(survey, claim, &parameters, found) {
        Err(problems) => crate::are_reported(&problems),
        Ok(taken) => {
            assert_eq!(envelope.len(), 0, "the envelope of an accepted submission has no problems");
            let again = submission::check(survey, canonical(&taken), &parameters, Problems::new());
            assert_eq!(again.as_ref(), Ok(&taken));
            for answer in &taken.answers {
                let stored = StoredAnswer::from(answer);
                let written = serde_json::to_string(&stored).unwrap_or_default();
                assert_eq!(serde_json::from_str::<StoredAnswer>(&written).ok(), Some(stored));
            }
            assess_submission(&taken);
            let mut masked = taken.clone();
            insight::redact::submission(&mut masked);
            let once = masked.clone();
            assert_eq!(insight::redact::submission(&mut masked).total(), 0);
            assert_eq!(masked, once);
        }
    }
}

fn assess_submission(taken: &Submission) {
    let created_ms = taken.id.time_ms();
    let signals = Signals {
        arrived_ms: created_ms,
        created_ms,
        token: Token::Issued { ms: created_ms },
        is_server: false,
        honeypot: taken.honeypot,
        typed_chars: 0,
    };
    let flags = assess(&signals).flags;
    assert_eq!(flags.contains(Flags::HONEYPOT), taken.honeypot);
    assert!(flags.contains(Flags::TOO_FAST));
}

/// The submission in canonical form, as a page would send it.
fn canonical(taken: &Submission) -> RawSubmission {
    let context = &taken.context;
    let answers = taken.answers.iter().map(|answer| {
        let claimed = RawAnswer { question: Some(answer.question.as_str().to_owned()), ..RawAnswer::default() };
        match &answer.value {
            Value::Score { score, .. } => RawAnswer { score: Some((*score).into()), ..claimed },
            Value::Text(text) => RawAnswer { text: Some(text.clone()), ..claimed },
            Value::Choice { choices, other } => {
                let choices = choices.iter().map(|choice| choice.as_str().to_owned()).collect();
                RawAnswer { choices: Some(choices), other: other.clone(), ..claimed }
            }
            Value::Contact { contact, .. } => {
                RawAnswer { contact: Some(contact.clone()), consent: Some(true), ..claimed }
            }
        }
    });
    RawSubmission {
        id: Some(taken.id.as_str().to_owned()),
        client_secret: taken.client_secret.as_ref().map(|secret| secret.as_str().to_owned()),
        revision: Some(taken.revision.into()),
        answers: answers.collect(),
        complete: Some(taken.complete),
        context: RawContext {
            url: context.url.clone(),
            language: context.language.as_ref().map(Language::as_str).map(str::to_owned),
            device: context.device.map(Device::as_str).map(str::to_owned),
            trigger: context.source.map(Source::as_str).map(str::to_owned),
            order: context.order.as_ref().map(|order| RawOrder {
                id: order.id.clone(),
                value: Some(order.value),
                currency: Some(order.currency.clone()),
            }),
            customer: context.customer.clone(),
            traits: context.traits.clone(),
            signatures: Vec::new(),
        },
        token: taken.token.clone(),
        website: taken.honeypot.then(|| "x".to_owned()),
        ..RawSubmission::default()
    }
}
