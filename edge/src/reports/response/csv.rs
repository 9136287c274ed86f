//! Responses as rows of a CSV file, with one column for each question.

use super::{
    SurveyContext, answers_of, class_of, corrupt, parse_column,
    projection::{Member, Projection},
};
use crate::{
    reports::ReportError,
    store::{PublishedQuestion as Question, ResponseRow},
    time::clock,
};
use insight::csv_writer::{Cell, CsvWriter};
use std::borrow::Cow;
use survey::{plausibility::Flags, wire::StoredAnswer};

/// Separates tags, flags or choices in one cell. None of their names contains it.
const SEPARATOR: &str = "|";

#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Member(Member),
    OrderId,
    OrderValue,
    OrderCurrency,
    /// The answer to a question: its score, its text, the ids of its choices, or a contact address.
    Answer(String),
    /// The free text beside the choices.
    Other(String),
    /// The class of the score.
    Class(String),
    /// Answers without a column of their own, as JSON; nearly always empty.
    Rest,
}

/// The content of a cell.
enum Value<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(i64),
}

impl<'a> Value<'a> {
    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    fn joined(words: &[impl AsRef<str>]) -> Self {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        if words.is_empty() { Self::Empty } else { Self::Text(words.join(SEPARATOR).into()) }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(text),
            Self::Number(number) => Cell::Number(*number),
        }
    }
}

/// The columns of a file.
#[derive(Debug, Clone)]
pub(crate) struct CsvTable {
    columns: Vec<Column>,
}

impl CsvTable {
    /// The columns of a projection, with those of the given questions.
    pub(super) fn new(projection: Projection, questions: &[Question]) -> Self {
        let mut columns = Vec::new();
        for member in projection.members() {
            match member {
                Member::answers => {
                    for Question { question, other, scored } in questions {
                        columns.push(Column::Answer(question.clone()));
                        columns.extend((*other == 1).then(|| Column::Other(question.clone())));
                        columns
                            .extend((projection.explains() && *scored == 1).then(|| Column::Class(question.clone())));
                    }
                    columns.push(Column::Rest);
                }
                Member::order => columns.extend([Column::OrderId, Column::OrderValue, Column::OrderCurrency]),
                member => columns.push(Column::Member(member)),
            }
        }
        Self { columns }
    }

    /// Writes the names of the columns. They are never translated.
    pub(super) fn write_header(&self, out: &mut CsvWriter) -> Result<(), ReportError> {
        let names: Vec<Cow<'_, str>> = self.columns.iter().map(Column::name).collect();
        out.row(names.iter().map(|name| Cell::Text(name))).map_err(unwritable)
    }

    /// Writes a response. The cells borrow from the row, which is cheaper than making a
    /// [`ResponseItem`](super::ResponseItem) first.
    pub(super) fn write_row(
        &self,
        out: &mut CsvWriter,
        row: &ResponseRow,
        context: SurveyContext<'_>,
    ) -> Result<(), ReportError> {
        let answers = answers_of(row)?;
        let values = self.columns.iter().map(|column| self.value(column, row, &answers, context));
        let values: Vec<Value<'_>> = values.collect::<Result<_, _>>()?;
        out.row(values.iter().map(Value::cell)).map_err(unwritable)
    }

    fn value<'a>(
        &self,
        column: &Column,
        row: &'a ResponseRow,
        answers: &'a [StoredAnswer],
        context: SurveyContext<'_>,
    ) -> Result<Value<'a>, ReportError> {
        let answer_to = |question: &str| answers.iter().find(|answer| answer.question == question);
        Ok(match column {
            Column::Member(member) => member_value(*member, row, context)?,
            Column::OrderId => Value::text(row.order_id.as_deref()),
            Column::OrderValue => row.order_value.map_or(Value::Empty, Value::Number),
            Column::OrderCurrency => Value::text(row.order_currency.as_deref()),
            Column::Answer(question) => answer_to(question).map_or(Value::Empty, answer_value),
            Column::Other(question) => Value::text(answer_to(question).and_then(|answer| answer.other.as_deref())),
            Column::Class(question) => Value::text(answer_to(question).and_then(class_of)),
            Column::Rest => self.rest(row, answers)?,
        })
    }

    fn rest(&self, row: &ResponseRow, answers: &[StoredAnswer]) -> Result<Value<'static>, ReportError> {
        let has_column = |answer: &StoredAnswer| {
            let has = |column: &Column| matches!(column, Column::Answer(question) if *question == answer.question);
            let has_other = |column: &Column| matches!(column, Column::Other(question) if *question == answer.question);
            self.columns.iter().any(has) && (answer.other.is_none() || self.columns.iter().any(has_other))
        };
        let rest: Vec<&StoredAnswer> = answers.iter().filter(|answer| !has_column(answer)).collect();
        if rest.is_empty() {
            return Ok(Value::Empty);
        }
        let text = serde_json::to_string(&rest).map_err(|error| corrupt(&row.id, error))?;
        Ok(Value::Text(text.into()))
    }
}

impl Column {
    fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Member(member) => member.as_str().into(),
            Self::OrderId => "order_id".into(),
            Self::OrderValue => "order_value".into(),
            Self::OrderCurrency => "order_currency".into(),
            Self::Answer(question) => format!("answer.{question}").into(),
            Self::Other(question) => format!("answer.{question}.other").into(),
            Self::Class(question) => format!("answer.{question}.class").into(),
            Self::Rest => "answers.rest".into(),
        }
    }
}

fn answer_value(answer: &StoredAnswer) -> Value<'_> {
    match answer {
        StoredAnswer { score: Some(score), .. } => Value::Number((*score).into()),
        StoredAnswer { choices: Some(choices), .. } => Value::joined(choices),
        _ => Value::text(answer.text.as_deref().or(answer.contact.as_deref())),
    }
}

fn member_value<'a>(
    member: Member,
    row: &'a ResponseRow,
    context: SurveyContext<'_>,
) -> Result<Value<'a>, ReportError> {
    Ok(match member {
        Member::id => Value::text(Some(&row.id)),
        Member::survey => Value::text(Some(&row.survey)),
        Member::survey_name => context.survey_name().map_or(Value::Empty, |name| Value::Text(name.into())),
        Member::version => Value::Number(row.version.into()),
        Member::revision => Value::Number(row.revision.into()),
        Member::complete => Value::text(Some(if row.complete == 1 { "true" } else { "false" })),
        Member::touchpoint => Value::text(Some(&row.touchpoint)),
        Member::language => Value::text(row.language.as_deref()),
        Member::device => Value::text(row.device.as_deref()),
        Member::trigger => Value::text(row.source.as_deref()),
        Member::url => Value::text(row.url.as_deref()),
        Member::customer => Value::text(row.customer.as_deref()),
        Member::traits => Value::text(Some(row.traits.as_str()).filter(|traits| *traits != "{}")),
        Member::verified => Value::joined(&row.verified().names().collect::<Vec<_>>()),
        Member::flags => Value::joined(&Flags::from_bits(row.flags).names().collect::<Vec<_>>()),
        Member::tags => Value::joined(&parse_column::<Vec<String>>(&row.id, row.tags.as_deref())?),
        Member::excluded => Value::text(row.excluded.as_deref()),
        Member::received_at => Value::Text(clock::rfc3339(row.received_at).into()),
        Member::updated_at => Value::Text(clock::rfc3339(row.updated_at).into()),
        // These have several columns.
        Member::answers | Member::order => Value::Empty,
    })
}

pub(super) fn unwritable(error: impl std::fmt::Display) -> ReportError {
    ReportError::corrupt("writing CSV", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(projection: Projection, row: &ResponseRow) -> String {
        let questions = [("nps", 0, 1), ("why", 0, 0), ("reason", 1, 0)].map(|(question, other, scored)| Question {
            question: question.to_owned(),
            other,
            scored,
        });
        let table = CsvTable::new(projection, &questions);
        let mut out = CsvWriter::new();
        table.write_header(&mut out).unwrap();
        table.write_row(&mut out, row, SurveyContext::NONE).unwrap();
        String::from_utf8(out.finish().unwrap()).unwrap()
    }

    fn row(answers: &str) -> ResponseRow {
        let row = serde_json::json!({
            "id": "r", "survey": "s", "version": 1, "revision": 2, "complete": 0, "touchpoint": "cart", "flags": 5,
            "answers": answers, "traits": r#"{"plan":"gold"}"#, "received_at": 0, "updated_at": 1, "order_id": "-7",
            "order_value": 12990, "order_currency": "PLN", "tags": r#"["a","b"]"#, "excluded": "=test", "source": "exit",
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn each_question_has_a_column() {
        let answers = r#"[{"question":"nps","kind":"nps","score":3},{"question":"why","kind":"text","text":"-5, =1"},
            {"question":"reason","kind":"choice","choices":["price","delivery"],"other":"@x"}]"#;
        let expected = "id,survey,version,revision,complete,touchpoint,language,device,trigger,url,answer.nps,\
            answer.why,answer.reason,answer.reason.other,answers.rest,order_id,order_value,order_currency,customer,traits,\
            verified,flags,tags,excluded,received_at,updated_at\r\n\
            r,s,1,2,false,cart,,,exit,,3,\"'-5, =1\",price|delivery,'@x,,'-7,12990,PLN,,\"{\"\"plan\"\":\"\"gold\"\"}\",,\
            too_fast|honeypot,a|b,'=test,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.001Z\r\n";
        assert_eq!(written(Projection::BASIC, &row(answers)), expected);
    }

    #[test]
    fn the_full_projection_has_classes_and_the_name_of_the_survey() {
        let complete = written(Projection::FULL, &row(r#"[{"question":"nps","kind":"nps","score":9}]"#));
        assert!(complete.starts_with("id,survey,survey_name,version,"), "{complete}");
        assert!(complete.contains("answer.nps,answer.nps.class,answer.why,"), "{complete}");
        assert!(complete.contains(",9,promoter,"), "{complete}");
    }

    #[test]
    fn answers_without_a_column_are_written_as_json() {
        let text = written(Projection::BASIC, &row(r#"[{"question":"new","kind":"csat","score":4}]"#));
        assert!(text.contains(r#","[{""question"":""new"",""kind"":""csat"",""score"":4}]","#), "{text}");
    }
}
