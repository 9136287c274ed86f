//! Questions of a draft.

use super::{
    composed::either,
    texts::{ChoiceKind, ContactKind, Slug, TextKind, TextsDraft},
    words::{ContactChannel, MetricName, ScaleLook},
};
use utoipa::ToSchema;

either! {
    /// A question of one kind. Members of other kinds are omitted.
    QuestionDraft = ScaleQuestionDraft | TextQuestionDraft | ChoiceQuestionDraft | ContactQuestionDraft;
}

/// A question answered with a score.
#[derive(ToSchema)]
pub(crate) struct ScaleQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = MetricName)]
    kind: String,
    /// The text of the question. `{shop}` is replaced by the shop's name, and an earlier question's id in braces by its
    /// answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// The label of the low end.
    #[schema(value_type = Option<TextsDraft>)]
    low: Option<()>,
    /// The label of the high end.
    #[schema(value_type = Option<TextsDraft>)]
    high: Option<()>,
    /// How the scale is displayed. Only `csat` allows anything but numbers.
    #[schema(value_type = Option<ScaleLook>)]
    look: Option<String>,
    /// Asked only after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question answered with free text.
#[derive(ToSchema)]
pub(crate) struct TextQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = TextKind)]
    kind: String,
    /// The text of the question. `{shop}` is replaced by the shop's name, and an earlier question's id in braces by its
    /// answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// The placeholder of the empty field.
    #[schema(value_type = Option<TextsDraft>)]
    placeholder: Option<()>,
    /// The maximum length of the answer, in characters; 2000 if omitted.
    #[schema(minimum = 1, maximum = 5000)]
    max_chars: Option<i64>,
    /// Asked only after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question answered by choosing.
#[derive(ToSchema)]
pub(crate) struct ChoiceQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ChoiceKind)]
    kind: String,
    /// The text of the question. `{shop}` is replaced by the shop's name, and an earlier question's id in braces by its
    /// answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    #[schema(min_items = 2, max_items = 30)]
    choices: Vec<ChoiceDraft>,
    /// Whether more than one may be chosen.
    multiple: Option<bool>,
    /// The label of a further choice, "something else", with free text.
    #[schema(value_type = Option<TextsDraft>)]
    other: Option<()>,
    /// Whether the choices are shown in random order.
    shuffle: Option<bool>,
    /// Asked only after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// A question for the shopper's contact address.
#[derive(ToSchema)]
pub(crate) struct ContactQuestionDraft {
    /// Unique within the survey.
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ContactKind)]
    kind: String,
    /// The text of the question. `{shop}` is replaced by the shop's name, and an earlier question's id in braces by its
    /// answer.
    #[schema(value_type = TextsDraft)]
    text: (),
    /// `email` if omitted.
    #[schema(value_type = Option<ContactChannel>)]
    channel: Option<String>,
    /// The text that the shopper agrees to; the service's default text if omitted.
    #[schema(value_type = Option<TextsDraft>)]
    consent: Option<()>,
    /// Asked only after these answers to an earlier question.
    ask_when: Option<AskWhenDraft>,
}

/// One choice.
#[derive(ToSchema)]
pub(crate) struct ChoiceDraft {
    /// Unique within the question. Responses store this id.
    #[schema(value_type = Slug)]
    id: String,
    /// The text of the choice.
    #[schema(value_type = TextsDraft)]
    text: (),
}

/// The answers after which a question is asked: a range of scores, or any of some choices.
#[derive(ToSchema)]
pub(crate) struct AskWhenDraft {
    /// Id of an earlier question.
    #[schema(value_type = Slug)]
    question: String,
    /// The lowest score.
    #[schema(minimum = 0, maximum = 10)]
    from: Option<i64>,
    /// The highest score.
    #[schema(minimum = 0, maximum = 10)]
    to: Option<i64>,
    /// Any of these choices.
    #[schema(value_type = Option<Vec<Slug>>)]
    choices: Option<Vec<String>>,
    /// Whether "something else" counts too.
    other: Option<bool>,
}
