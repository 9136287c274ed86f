//! Enumerations, made from the lists that the code parses and writes.

use crate::store::{self, State};
use insight::Class;
use survey::{
    Code, Metric, Status,
    audience::Visitors,
    display::{Corner, Mode, Trigger},
    funnel::Step,
    plausibility::Flags,
    question::{Channel, Kind, Look},
    settings::Consent,
    submission::{Device, Source},
    theme::Scheme,
    webhook::{EventType, Failure, Template},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

fn classes() -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in Metric::ALL.into_iter().flat_map(|metric| Class::ALL.map(|class| class.name(metric))) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident = $words:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let description = [$($doc),+].map(str::trim).join(" ");
                let words: Vec<&str> = $words.into_iter().collect();
                ObjectBuilder::new().schema_type(Type::String).description(Some(description)).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// The code of a problem. Its meaning never changes; new codes may be added.
    ProblemCode = Code::ALL.iter().map(|code| code.as_str());
    /// The status of a survey.
    SurveyStatus = Status::ALL.map(Status::as_str);
    /// A metric.
    MetricName = Metric::ALL.map(Metric::as_str);
    /// The class of a score: the good, middle or bad part of the metric's scale.
    ClassName = classes();
    /// `usual`: as stored. `complete`: with the survey's name, the questions as they were asked and the classes of scores.
    ResponseForm = ["usual", "complete"];
    /// Whether there are enough answers to show the score: `none` below 10, `few` below 30, then `ok`.
    Enough = ["none", "few", "ok"];
    /// The method of a confidence interval.
    IntervalMethod = ["adjusted_wald", "wilson", "t"];
    /// The period of one point of a trend. Weeks begin on Monday.
    TrendInterval = crate::time::calendar::Interval::ALL.map(|(_, name)| name);
    /// A class of device.
    DeviceClass = Device::ALL.map(Device::as_str);
    /// The trigger that showed a survey.
    TriggerSource = Source::names();
    /// Where a response comes from: the trigger that showed its survey, or `import` if another tool collected it.
    AnswerOrigin = Source::names().chain(["import"]);
    /// The tool that exported a file.
    ImportSource = survey::import::Source::ALL.map(survey::import::Source::as_str);
    /// Why a column was ignored.
    ColumnReason = ["personal", "not_mapped", "too_many_traits"];
    /// The date format of a file.
    DateFormat = survey::import::DateFormat::ALL.map(|(_, name)| name);
    /// A sign that a response may not be genuine. A flag never causes a rejection.
    Flag = Flags::ALL.map(|(_, name)| name);
    /// By flags: `none` = without any, `any` = with or without, `flagged` = with at least one, or with the named one.
    FlagFilter = ["none", "any", "flagged"].into_iter().chain(Flags::ALL.map(|(_, name)| name));
    /// By flags: `none` = without any, `any` = with or without.
    FunnelFlagFilter = ["none", "any"];
    /// How a survey is placed on the page.
    DisplayMode = Mode::NAMES;
    /// The corner of a floating survey.
    DisplayCorner = Corner::ALL.map(Corner::as_str);
    /// Whether the colours follow the shopper's device, or are always light or dark.
    ColorScheme = Scheme::ALL.map(Scheme::as_str);
    /// What triggers a survey.
    TriggerName = Trigger::NAMES;
    /// Which visitors see a survey.
    VisitorKind = Visitors::ALL.map(Visitors::as_str);
    /// How a scale is displayed.
    ScaleLook = Look::ALL.map(Look::as_str);
    /// The kind of address that a contact question asks for.
    ContactChannel = Channel::ALL.map(Channel::as_str);
    /// The kind of a question.
    QuestionKind = Kind::NAMES;
    /// A step of the funnel before a submission.
    FunnelStep = Step::ALL.map(Step::as_str);
    /// What permits the widget to store data on the shopper's device: `auto`, the page's consent platform or a call of the
    /// page; `wait`, only a call of the page; otherwise nothing is ever stored.
    ConsentMode = Consent::ALL.map(Consent::as_str);
    /// The outcome of a submission.
    AnswerResult = ["stored", "duplicate", "superseded", "erased", "queued"];
    /// Who requested the erasure: the owner, or the shopper with the receipt.
    ErasedBy = ["owner", "shopper"];
    /// A member of a response that the shop vouches for.
    VerifiedMember = survey::submission::Verified::all_names();
    /// What was erased.
    ErasedWhat = ["customer", "contact", "response"];
    /// `public` keys are part of pages and only submit; `secret` keys give access to the owner's data.
    KeyKind = ["public", "secret"];
    /// What a key permits. `write` includes `read` and `submit`; `submit` only sends responses.
    KeyScope = store::Scope::ALL.map(store::Scope::as_str);
    /// Whether a key is valid, and if not, why.
    KeyStatus = store::KeyStatus::ALL.map(store::KeyStatus::as_str);
    /// The phase of a move.
    MovePhase = ["clear", "copy", "follow", "tables", "verify", "switch", "grace", "purge", "done"];
    /// The type of an event.
    EventName = EventType::ALL.iter().map(|event| event.as_str());
    /// The format of a webhook payload.
    TemplateName = Template::ALL.map(Template::as_str);
    /// Whether an endpoint receives events.
    WebhookStatus = ["enabled", "disabled"];
    /// Why an endpoint is disabled: by its owner, because it answered 410, or because every delivery failed for five days.
    DisabledFor = ["owner", "gone", "failing"];
    /// The state of a delivery.
    DeliveryState = State::ALL.map(State::as_str);
    /// Why an attempt failed.
    SendFailure = Failure::ALL.map(Failure::as_str);
    /// Why the last attempt failed, or why nothing was sent.
    DeliveryFailure =
        Failure::ALL.map(Failure::as_str).into_iter().chain(["endpoint_disabled", "endpoint_deleted", "response_gone"]);
    /// The result of a health check.
    Health = ["ok", "failed"];
}
