//! Questions as an owner may write them.

use super::{
    composed::either,
    texts::{ChoiceKind, ContactKind, Slug, TextKind, TextsDraft},
    words::{ContactChannel, MetricName, ScaleLook},
};
use utoipa::ToSchema;

either! {
    /// A question of one kind. A member that belongs to another kind is left out.
    QuestionDraft = ScaleQuestionDraft | TextQuestionDraft | ChoiceQuestionDraft | ContactQuestionDraft;
}

/// A question that is answered with a score.
#[derive(ToSchema)]
pub(crate) struct ScaleQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = MetricName)]
    kind: String,
    /// What the shopper reads. `{shop}` is filled in, and the id of an earlier question in braces with its answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// What stands at the low end.
    #[schema(value_type = Option<TextsDraft>)]
    low: Option<()>,
    /// What stands at the high end.
    #[schema(value_type = Option<TextsDraft>)]
    high: Option<()>,
    /// How it is drawn; as anything but numbers only `csat`.
    #[schema(value_type = Option<ScaleLook>)]
    look: Option<String>,
    /// Only asked after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question that is answered in own words.
#[derive(ToSchema)]
pub(crate) struct TextQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = TextKind)]
    kind: String,
    /// What the shopper reads. `{shop}` is filled in, and the id of an earlier question in braces with its answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// What stands in the empty field.
    #[schema(value_type = Option<TextsDraft>)]
    placeholder: Option<()>,
    /// Longest answer, in characters; 2000 if left out.
    #[schema(minimum = 1, maximum = 5000)]
    max_chars: Option<i64>,
    /// Only asked after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question that is answered by choosing.
#[derive(ToSchema)]
pub(crate) struct ChoiceQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ChoiceKind)]
    kind: String,
    /// What the shopper reads. `{shop}` is filled in, and the id of an earlier question in braces with its answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    #[schema(min_items = 2, max_items = 30)]
    choices: Vec<ChoiceDraft>,
    /// Whether more than one may be chosen.
    multiple: Option<bool>,
    /// Offers "something else" with own words; what stands there.
    #[schema(value_type = Option<TextsDraft>)]
    other: Option<()>,
    /// In another order for each shopper.
    shuffle: Option<bool>,
    /// Only asked after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question for an address at which the shopper wants to be reached.
#[derive(ToSchema)]
pub(crate) struct ContactQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ContactKind)]
    kind: String,
    /// What the shopper reads. `{shop}` is filled in, and the id of an earlier question in braces with its answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// `email` if left out.
    #[schema(value_type = Option<ContactChannel>)]
    channel: Option<String>,
    /// What the shopper agrees to. Left out: the service's own words.
    #[schema(value_type = Option<TextsDraft>)]
    consent: Option<()>,
    /// Only asked after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// One choice.
#[derive(ToSchema)]
pub(crate) struct ChoiceDraft {
    /// Unique within the question; what is stored and counted.
    #[schema(value_type = Slug)]
    id: String,
    /// What the shopper reads.
    #[schema(value_type = TextsDraft)]
    text: (),
}

/// After which answers a question is asked: a score between two, or one of some choices.
#[derive(ToSchema)]
pub(crate) struct AskWhenDraft {
    /// Id of an earlier question.
    #[schema(value_type = Slug)]
    question: String,
    /// Lowest score.
    #[schema(minimum = 0, maximum = 10)]
    from: Option<i64>,
    /// Highest score.
    #[schema(minimum = 0, maximum = 10)]
    to: Option<i64>,
    /// Any of these choices.
    #[schema(value_type = Option<Vec<Slug>>)]
    choices: Option<Vec<String>>,
    /// Also "something else".
    other: Option<bool>,
}
