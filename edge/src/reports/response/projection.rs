//! Which members of a response are shown.

macro_rules! members {
    ($($name:ident,)+) => {
        /// A member of a response.
        #[allow(non_camel_case_types, reason = "named as on the wire")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Member { $($name,)+ }

        impl Member {
            /// All members in the order in which they are written.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name on the wire.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

members! {
    id,
    survey,
    survey_name,
    version,
    revision,
    complete,
    touchpoint,
    language,
    device,
    trigger,
    url,
    answers,
    order,
    customer,
    traits,
    verified,
    flags,
    tags,
    excluded,
    received_at,
    updated_at,
}

impl Member {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|member| member.as_str() == name)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Which members of a response are shown, and whether its answers are explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Projection {
    /// The [`bit`](Member::bit) of each member.
    members: u32,
    explains: bool,
}

impl Projection {
    /// What is stored.
    pub(crate) const BASIC: Self = Self { members: !Member::survey_name.bit(), explains: false };
    /// Also the name of the survey, the text of each question and the class of each score.
    pub(crate) const FULL: Self = Self { members: u32::MAX, explains: true };

    /// The same projection with only these members.
    pub(crate) fn only(self, members: impl IntoIterator<Item = Member>) -> Self {
        let members = members.into_iter().fold(0, |members, member| members | member.bit());
        Self { members, ..self }
    }

    pub(crate) const fn has(self, member: Member) -> bool {
        self.members & member.bit() != 0
    }

    /// The members that are shown, in order.
    pub(crate) fn members(self) -> impl Iterator<Item = Member> {
        Member::ALL.iter().copied().filter(move |member| self.has(*member))
    }

    /// Whether answers come with the text of their question and the class of their score.
    pub(crate) const fn explains(self) -> bool {
        self.explains
    }

    /// Whether the survey definition must be read to show a response.
    pub(crate) const fn needs_survey(self) -> bool {
        self.has(Member::survey_name) || (self.explains && self.has(Member::answers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projections_select_members() {
        let all = Member::ALL.len();
        for (name, projection, count, needs_survey) in [
            ("basic", Projection::BASIC, all - 1, false),
            ("full", Projection::FULL, all, true),
            ("two members", Projection::BASIC.only([Member::id, Member::received_at]), 2, false),
            ("the name of the survey", Projection::BASIC.only([Member::survey_name]), 1, true),
            ("answers as stored", Projection::BASIC.only([Member::answers]), 1, false),
            ("explained answers", Projection::FULL.only([Member::answers]), 1, true),
            ("full without answers", Projection::FULL.only([Member::id]), 1, false),
            ("nothing", Projection::FULL.only([]), 0, false),
        ] {
            assert_eq!(projection.members().count(), count, "{name}");
            assert_eq!(projection.needs_survey(), needs_survey, "{name}");
        }
    }

    #[test]
    fn every_member_has_its_name_and_bit() {
        assert!(Member::ALL.len() <= 32);
        for member in Member::ALL {
            assert_eq!(Member::parse(member.as_str()), Some(*member));
            assert_eq!(Projection::BASIC.only([*member]).members().collect::<Vec<_>>(), [*member]);
        }
        assert_eq!(Member::parse("name"), None);
    }
}
