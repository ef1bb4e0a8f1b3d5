//! Accounting identities (`checks.toml`): one source, two uses. `solve` tells columns by them where a layout lost its cells; `reconcile`
//! evaluates the same ones.

mod equation;
mod wording;

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::{ConfigError, Source};
use crate::codes::{Form, Item, Measure, Stage};
use crate::tables::SharedText;

pub use equation::{Comparison, Equation, Line, RowOf, Sum, Term};
pub use wording::Wordings;

/// How bad it is when a rule does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The disclosure contradicts itself.
    #[default]
    Error,
    /// Worth a look, no contradiction.
    Notice,
}

/// What every rule has, whatever it compares.
#[derive(Debug, Clone, Copy)]
pub struct Head<'r> {
    /// Stable code.
    pub rule: &'r SharedText,
    /// What it means, in Chinese.
    pub zh: &'r str,
    /// What it means, in English.
    pub en: &'r str,
    /// How bad it is when it does not hold.
    pub severity: Weight,
    /// The stages that it holds in; all, where none is named.
    pub stages: &'r [Stage],
}

impl Head<'_> {
    /// Whether the rule is meant for disclosures of this stage.
    pub fn covers(&self, stage: Stage) -> bool {
        self.stages.is_empty() || self.stages.contains(&stage)
    }
}

macro_rules! rules {
    ($($(#[doc = $meaning:literal])+ pub struct $name:ident { $($(#[$meta:meta])* pub $field:ident: $type:ty,)+ })+) => {
        $(
            $(#[doc = $meaning])+
            #[derive(Debug, Clone, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                #[serde(deserialize_with = "shared")]
                rule: SharedText,
                zh: String,
                en: String,
                #[serde(default)]
                severity: Weight,
                #[serde(default)]
                stages: Vec<Stage>,
                $($(#[$meta])* pub $field: $type,)+
            }

            impl $name {
                /// What every rule has.
                pub fn head(&self) -> Head<'_> {
                    Head { rule: &self.rule, zh: &self.zh, en: &self.en, severity: self.severity, stages: &self.stages }
                }
            }
        )+
    };
}

rules! {
    /// Within a row: the measures on the left add up to those on the right, as far as the table prints them.
    pub struct RowIdentity {
        /// The forms that it holds in.
        pub forms: Vec<Form>,
        /// One side.
        pub left: Vec<Measure>,
        /// The other.
        pub right: Vec<Measure>,
    }

    /// Within a table, for each measure: standard lines (or columns) that add up.
    pub struct ItemIdentity {
        /// The forms that it holds in.
        pub forms: Vec<Form>,
        /// One side.
        pub left: Vec<Item>,
        /// The other, as far as it is printed.
        pub right: Vec<Item>,
    }

    /// Within a table, for each measure: a heading is the sum of the rows below it.
    pub struct Heading {
        /// The forms that it holds in.
        pub forms: Vec<Form>,
        /// Which rows are headings.
        pub heading: HeadingRow,
    }

    /// Where an account's `given` is equal in both forms, its split is too.
    pub struct SameSplit {
        /// The two forms.
        pub forms: [Form; 2],
        /// The measure that must be equal.
        pub given: Measure,
        /// The measures that are equal then.
        pub measures: Vec<Measure>,
    }

    /// Account by account, the two columns hold the same.
    pub struct EqualColumns {
        /// One column.
        pub left: ColumnOf,
        /// The other.
        pub right: ColumnOf,
        /// Whether it holds only where the totals of both are the same.
        #[serde(default)]
        pub if_totals_agree: bool,
    }

    /// A line of a summary is a column of a total row; a line without a figure is a column without one.
    pub struct LineIsColumn {
        /// The form with the line.
        pub line: Form,
        /// The form with the total row.
        pub total: Form,
        /// Lines and columns.
        pub pairs: Vec<(Item, Measure)>,
    }

    /// Where the line has no figure, the column has none in any row.
    pub struct BlankColumn {
        /// The form with the line.
        pub line: Form,
        /// The forms of the column.
        pub forms: Vec<Form>,
        /// Lines and columns.
        pub pairs: Vec<(Item, Measure)>,
    }

    /// Lines and totals of any forms.
    pub struct Lines {
        /// What must hold.
        pub equations: Vec<Equation>,
        /// It does not apply where one of these is printed and not zero.
        #[serde(default)]
        pub unless: Vec<Term>,
        /// Whether the right side has to be printed where its form has amounts and the left is not zero.
        #[serde(default)]
        pub due: bool,
    }

    /// Figures of the narrative that repeat those of a table.
    pub struct Stated {
        /// A fact on the left, the figures that it may repeat on the right.
        pub equations: Vec<Equation>,
        /// Whether one of them has to be printed where its form has amounts and what is stated is not zero.
        #[serde(default)]
        pub due: bool,
    }

    /// Figures of one section of the narrative that add up.
    pub struct StatedSum {
        /// Facts only.
        pub equations: Vec<Equation>,
    }

    /// Percents that are stated beside the amounts that they are of.
    pub struct Percent {
        /// The facts.
        pub percents: Vec<PercentOf>,
    }

    /// What a stated change has to say.
    pub struct Change {
        /// What is looked at.
        pub expect: ChangeSays,
        /// The facts that are changes, each with the fact that it is a change of.
        pub changes: Vec<(String, String)>,
    }

    /// Counts of one sentence or table that add up.
    pub struct CountSum {
        /// The fact that counts all.
        pub total: String,
        /// The kinds, of which the last closes the list (其他).
        pub kinds: Vec<String>,
    }

    /// Words that no finished disclosure holds.
    pub struct Wording {
        /// The words.
        pub words: Vec<String>,
        /// Whether a form that nobody filled in holds them too.
        #[serde(default)]
        pub blank_form: bool,
    }

    /// Names of the accounts that have a code.
    pub struct Names {
        /// What is looked at.
        pub expect: NameIs,
        /// The forms.
        pub forms: Vec<Form>,
    }

    /// What is printed of each project agrees.
    pub struct ProjectRule {
        /// What is compared.
        pub compare: ProjectFigures,
        /// The forms of projects that it holds in.
        pub forms: Vec<Form>,
    }

    /// What a disclosure has to hold.
    pub struct Completeness {
        /// What is looked for.
        pub look_for: Wanted,
        /// The forms that are looked at; of those in one inner list, one is enough.
        pub forms: Vec<Vec<Form>>,
    }

    /// Amounts that are never negative.
    pub struct NeverNegative {
        /// The forms.
        pub forms: Vec<Form>,
    }

    /// Figures of two disclosures of one body.
    pub struct Across {
        /// Which disclosures are compared.
        pub pair: Pair,
        /// The figures of the later one on the left, of the other on the right.
        #[serde(default)]
        pub equations: Vec<Equation>,
        /// How many percent of the right side they may differ by; by rounding alone where none is given.
        #[serde(default)]
        pub percent: Option<u32>,
    }
}

/// A row that sums others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadingRow {
    /// 合计, over all accounts that have no heading of their own.
    Total,
    /// 类, over the 款 below it (in economic classes, over their five-digit accounts).
    Class,
    /// 款, over the 项 below it.
    Group,
    /// A unit's or department's row over the projects below it.
    Projects,
}

/// What a stated change has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSays {
    /// Up, down or nothing, as the figures of both years say.
    Direction,
    /// Why.
    Reason,
}

/// What is looked at in the name of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameIs {
    /// The same wherever the disclosure prints the code.
    Same,
    /// That of the official classification.
    Official,
}

/// What is compared of projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectFigures {
    /// The project's row in the project tables and the annual funding of its own form.
    Funding,
    /// 执行率 = 全年执行数 ÷ 全年预算数.
    ExecutionRate,
    /// 总分 = Σ 得分 of the indicators and of the execution rate.
    Score,
    /// The weights are 100, or 90 with 10 for the execution rate.
    Weights,
    /// One of the stated numbers of projects with performance targets is that of the forms printed.
    Count,
}

/// What a disclosure has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// The forms themselves.
    Form,
    /// A note 本表无数据 where a form is empty.
    Note,
    /// The row 合计 where a form prints accounts.
    Total,
    /// The forms that the table of contents lists.
    Contents,
    /// The forms in the order of the table of contents.
    Order,
}

/// Two disclosures of one body that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pair {
    /// The final account with the budget of its year.
    BudgetOfTheYear,
    /// A disclosure with that of the same stage of the year before.
    YearBefore,
    /// A department with the sum of its units.
    Units,
    /// The names of a code in all disclosures of a year.
    Names,
    /// Two documents of one disclosure: the same body, year and stage.
    Twice,
}

/// A stated percent, and what it is of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentOf {
    /// The fact that is a percent.
    pub percent: String,
    /// The fact that is the part, or the change.
    pub part: String,
    /// The facts that may be the whole; for a change, this year's amount.
    pub whole: Vec<String>,
    /// Whether the percent is of last year's amount, which is this year's less the change.
    #[serde(default)]
    pub of_year_before: bool,
}

/// A column of a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnOf {
    /// The form.
    pub form: Form,
    /// The column.
    pub measure: Measure,
}

/// The identities that figures must satisfy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Within a row.
    pub row: Vec<RowIdentity>,
    /// Within a table whose lines, or columns, are items.
    pub item_row: Vec<ItemIdentity>,
    /// Headings and what is below them.
    pub heading: Vec<Heading>,
    /// The same account in two forms.
    pub same: Vec<SameSplit>,
    /// A column of one form that is a column of another.
    pub equal: Vec<EqualColumns>,
    /// A line of a summary that is a column of a total row.
    pub line: Vec<LineIsColumn>,
    /// A line without a figure that is a column without figures.
    pub blank: Vec<BlankColumn>,
    /// Lines and totals of any forms.
    pub lines: Vec<Lines>,
    /// Text and table.
    pub stated: Vec<Stated>,
    /// Sums within the narrative.
    pub stated_sum: Vec<StatedSum>,
    /// Percents.
    pub percent: Vec<Percent>,
    /// Changes since last year.
    pub change: Vec<Change>,
    /// Counts that add up.
    pub count_sum: Vec<CountSum>,
    /// Words that no finished disclosure holds.
    pub wording: Vec<Wording>,
    /// Names of codes.
    pub names: Vec<Names>,
    /// Projects.
    pub project: Vec<ProjectRule>,
    /// Completeness.
    pub complete: Vec<Completeness>,
    /// Signs.
    pub never_negative: Vec<NeverNegative>,
    /// Between disclosures.
    pub across: Vec<Across>,
    /// The words of `wording`, made ready to be looked for.
    #[serde(skip)]
    pub wordings: Wordings,
}

impl Checks {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let mut checks: Self = source.toml("checks.toml")?;
        checks.wordings =
            Wordings::of(&checks.wording).map_err(|error| source.invalid_at("checks.toml", "[[wording]]", &error.to_string()))?;
        Ok(checks)
    }

    /// All rules in their order in the file; a code may have several.
    pub fn heads(&self) -> Vec<Head<'_>> {
        let mut heads = Vec::new();
        heads.extend(self.row.iter().map(RowIdentity::head));
        heads.extend(self.item_row.iter().map(ItemIdentity::head));
        heads.extend(self.heading.iter().map(Heading::head));
        heads.extend(self.same.iter().map(SameSplit::head));
        heads.extend(self.equal.iter().map(EqualColumns::head));
        heads.extend(self.line.iter().map(LineIsColumn::head));
        heads.extend(self.blank.iter().map(BlankColumn::head));
        heads.extend(self.lines.iter().map(Lines::head));
        heads.extend(self.stated.iter().map(Stated::head));
        heads.extend(self.stated_sum.iter().map(StatedSum::head));
        heads.extend(self.percent.iter().map(Percent::head));
        heads.extend(self.change.iter().map(Change::head));
        heads.extend(self.count_sum.iter().map(CountSum::head));
        heads.extend(self.wording.iter().map(Wording::head));
        heads.extend(self.names.iter().map(Names::head));
        heads.extend(self.project.iter().map(ProjectRule::head));
        heads.extend(self.complete.iter().map(Completeness::head));
        heads.extend(self.never_negative.iter().map(NeverNegative::head));
        heads.extend(self.across.iter().map(Across::head));
        heads
    }
}

fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SharedText, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}
