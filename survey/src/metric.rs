//! The scored metrics and their scales.

/// A metric that a scored question feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Net Promoter Score: "how likely to recommend", 0–10.
    Nps,
    /// Customer Effort Score 2.0: "made it easy", 1–7, high is good.
    Ces,
    /// Customer satisfaction, 1–5.
    Csat,
    /// Agreement with a statement that is not about effort, 1–7. A separate metric, so that it is never mixed with CES.
    Agree,
}

impl Metric {
    /// All metrics, in display order. The widget numbers them by position.
    pub const ALL: [Self; 4] = [Self::Nps, Self::Ces, Self::Csat, Self::Agree];

    /// The names on the wire, as messages list them.
    pub const ONE_OF: &'static str = "nps, ces, csat or agree";

    /// The lowest score of the scale.
    #[must_use]
    pub const fn min(self) -> u8 {
        match self {
            Self::Nps => 0,
            Self::Ces | Self::Csat | Self::Agree => 1,
        }
    }

    /// The highest score of the scale.
    #[must_use]
    pub const fn max(self) -> u8 {
        match self {
            Self::Nps => 10,
            Self::Ces | Self::Agree => 7,
            Self::Csat => 5,
        }
    }

    /// Whether `score` lies on the scale.
    #[must_use]
    pub const fn contains(self, score: u8) -> bool {
        self.min() <= score && score <= self.max()
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Ces => "ces",
            Self::Csat => "csat",
            Self::Agree => "agree",
        }
    }

    /// The metric with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == name)
    }
}
