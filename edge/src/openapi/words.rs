//! Words of the wire, from the lists that the code reads and writes them by.

use crate::store::{self, State};
use insight::Class;
use survey::{
    Code, Metric, Status,
    audience::Visitors,
    display::{Corner, Mode, Trigger},
    funnel::Step,
    plausibility::Flags,
    question::{Channel, Look},
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
                let told = [$($doc),+].map(str::trim).join(" ");
                let words: Vec<&str> = $words.into_iter().collect();
                ObjectBuilder::new().schema_type(Type::String).description(Some(told)).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// What kind of problem it is. A code never changes its meaning; new ones may join.
    ProblemCode = Code::ALL.iter().map(|code| code.as_str());
    /// Where a survey stands in its life.
    SurveyStatus = Status::ALL.map(Status::as_str);
    /// Which number is asked for.
    MetricName = Metric::ALL.map(Metric::as_str);
    /// What a score counts as; the good, the middle and the bad part of each metric's scale.
    ClassName = classes();
    /// As it is stored; or with the name of the survey, the questions as they were asked and the classes of scores.
    ResponseForm = ["usual", "complete"];
    /// `none` below 10 answers, `few` below 30, then `ok`: whether a screen may show the score.
    Enough = ["none", "few", "ok"];
    /// How an interval was computed.
    IntervalMethod = ["adjusted_wald", "wilson", "t"];
    /// What a point of a trend stands for; weeks begin on Monday.
    TrendInterval = crate::time::calendar::Interval::ALL.map(|(_, name)| name);
    /// Class of device.
    DeviceClass = Device::ALL.map(Device::as_str);
    /// What made a survey appear.
    TriggerSource = Source::NAMES;
    /// Where an answer comes from: what made its survey appear, or `import` if another tool collected it.
    AnswerOrigin = Source::NAMES.into_iter().chain(["import"]);
    /// Which tool exported a file.
    ImportSource = survey::import::Source::ALL.map(survey::import::Source::as_str);
    /// Why a column was not taken.
    ColumnReason = ["personal", "not_mapped", "too_many_traits"];
    /// How days are written.
    DateFormat = survey::import::DateFormat::ALL.map(|(_, name)| name);
    /// What is odd about an answer, so that somebody may look; never a reason to refuse it.
    Flag = Flags::ALL.map(|(_, name)| name);
    /// Answers with this flag, with any flag, or with none.
    FlagFilter = ["none", "any"].into_iter().chain(Flags::ALL.map(|(_, name)| name));
    /// How a survey stands on the page.
    DisplayMode = Mode::NAMES;
    /// In which corner it floats.
    DisplayCorner = Corner::ALL.map(Corner::as_str);
    /// Whether it looks as the shopper's device wants it, or always the same.
    ColorScheme = Scheme::ALL.map(Scheme::as_str);
    /// What makes a survey appear.
    TriggerName = Trigger::NAMES;
    /// Which visitors are asked.
    VisitorKind = Visitors::ALL.map(Visitors::as_str);
    /// How a scale is drawn.
    ScaleLook = Look::ALL.map(Look::as_str);
    /// Which address is asked for.
    ContactChannel = Channel::ALL.map(Channel::as_str);
    /// What kind of question it is.
    QuestionKind = Metric::ALL.map(Metric::as_str).into_iter().chain(["text", "choice", "contact"]);
    /// How far a shopper came before an answer.
    FunnelStep = Step::ALL.map(Step::as_str);
    /// What it takes before anything is kept on a shopper's device: what the page's consent platform or the page itself
    /// says, only a call of the page, or nothing is ever kept.
    ConsentMode = Consent::ALL.map(Consent::as_str);
    /// What became of an answer.
    AnswerResult = ["stored", "duplicate", "superseded", "erased", "queued"];
    /// Who asked for it: the owner, or the shopper with the receipt of the answer.
    ErasedBy = ["owner", "shopper"];
    /// What was forgotten.
    ErasedWhat = ["customer", "response"];
    /// Whether a key may stand in pages (public) or opens an owner's data (secret).
    KeyKind = ["public", "secret"];
    /// What a key may do; who may write may also read.
    KeyScope = store::Scope::ALL.map(store::Scope::as_str);
    /// Whether a key works, and if not, why.
    KeyStatus = store::KeyStatus::ALL.map(store::KeyStatus::as_str);
    /// How far a move is.
    MovePhase = ["clear", "copy", "follow", "tables", "verify", "switch", "grace", "purge", "done"];
    /// What happened.
    EventName = EventType::ALL.iter().map(|event| event.as_str());
    /// In which form an endpoint is told.
    TemplateName = Template::ALL.map(Template::as_str);
    /// Whether an endpoint is told anything.
    WebhookStatus = ["enabled", "disabled"];
    /// Why it is disabled: its owner said so, it answered 410, or nothing arrived for five days.
    DisabledFor = ["owner", "gone", "failing"];
    /// Where a delivery stands.
    DeliveryState = State::ALL.map(State::as_str);
    /// What went wrong with an attempt.
    SendFailure = Failure::ALL.map(Failure::as_str);
    /// What went wrong with the last attempt, or why nothing was sent.
    DeliveryFailure =
        Failure::ALL.map(Failure::as_str).into_iter().chain(["endpoint_disabled", "endpoint_deleted", "response_gone"]);
    /// Whether it works.
    Health = ["ok", "failed"];
}
