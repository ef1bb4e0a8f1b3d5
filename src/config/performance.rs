//! The words of performance forms (`performance.toml`).

mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

pub use words::Words;

use super::starts::FirstChars;
use super::{ConfigError, Source};
use crate::codes::{Category, Dimension, Horizon};
use crate::text::compact;

/// A field of a performance form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 项目名称.
    ProjectName,
    /// 主管部门及代码.
    CompetentDepartment,
    /// 实施单位.
    ImplementingUnit,
    /// 项目属性.
    Attribute,
    /// 项目期.
    Duration,
    /// 计划开始日期.
    StartDate,
    /// 计划完成日期.
    EndDate,
    /// 项目资金.
    Funding,
    /// 项目概况.
    Overview,
    /// 立项依据.
    Basis,
    /// 项目设立必要性.
    Necessity,
    /// 保证项目实施的制度、措施.
    Safeguards,
    /// 项目实施计划.
    Plan,
    /// 总体目标, of the implementation period and of the year.
    Goals,
    /// 负责人.
    PersonInCharge,
    /// 经办人.
    PersonHandling,
    /// 联系电话.
    Telephone,
    /// 填报日期.
    FilledAt,
    /// A field that is not loaded.
    Other,
}

impl Field {
    /// Whether it holds a person's name or telephone number.
    pub fn is_person(self) -> bool {
        matches!(self, Self::PersonInCharge | Self::PersonHandling | Self::Telephone)
    }

    /// Whether it belongs to the foot of a form.
    pub fn is_foot(self) -> bool {
        self.is_person() || self == Self::FilledAt
    }
}

/// A line of the funding block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundingLine {
    /// 实施期资金总额.
    ImplementationPeriodTotal,
    /// 年度资金总额.
    AnnualTotal,
    /// 资金总额.
    Total,
    /// 财政拨款, of whatever level.
    Fiscal,
    /// 当年财政拨款.
    CurrentFiscal,
    /// 上年结转.
    Carryover,
    /// 中央.
    Central,
    /// 省级.
    Provincial,
    /// 市县.
    Municipal,
    /// 自筹.
    SelfRaised,
    /// 其他.
    Other,
}

/// A text of the result analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Analysis {
    /// 项目实施和预算执行情况及分析.
    Execution,
    /// 产出情况及分析.
    Output,
    /// 效益情况及分析.
    Benefit,
    /// 满意度情况及分析.
    Satisfaction,
    /// 主要经验做法.
    Experience,
    /// 主要问题及原因分析.
    Problems,
    /// 改进措施及管理建议.
    Improvements,
}

/// The words of performance forms.
#[derive(Debug)]
pub struct Performance {
    /// Labels of fields.
    pub fields: Words<Field>,
    /// Characters that labels of the foot begin with.
    pub foot_starts: FirstChars,
    /// Headings over the goals.
    pub goals: Words<Horizon>,
    /// Lines of the funding block.
    pub funding: Words<FundingLine>,
    /// 一级指标.
    pub dimensions: Words<Dimension>,
    /// 二级指标.
    pub categories: Words<Category>,
    /// Characters that words of 一级 and 二级指标 begin with.
    pub level_starts: FirstChars,
    /// Texts of the result analysis.
    pub analysis: Words<Analysis>,
    /// Targets in words.
    pub target_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PerformanceFile {
    fields: BTreeMap<Field, Vec<String>>,
    goals: BTreeMap<Horizon, Vec<String>>,
    funding: BTreeMap<FundingLine, Vec<String>>,
    dimensions: BTreeMap<Dimension, Vec<String>>,
    categories: BTreeMap<Category, Vec<String>>,
    analysis: BTreeMap<Analysis, Vec<String>>,
    targets: TargetWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetWords {
    words: Vec<String>,
}

impl Performance {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let file: PerformanceFile = source.toml("performance.toml")?;
        let fields = Words::new(file.fields);
        let (dimensions, categories) = (Words::new(file.dimensions), Words::new(file.categories));
        Ok(Self {
            foot_starts: FirstChars::of(fields.iter().filter(|(_, field)| field.is_foot()).map(|(word, _)| word.as_str())),
            fields,
            level_starts: FirstChars::of(
                dimensions
                    .iter()
                    .map(|(word, _)| word.as_str())
                    .chain(categories.iter().map(|(word, _)| word.as_str())),
            ),
            goals: Words::new(file.goals),
            funding: Words::new(file.funding),
            dimensions,
            categories,
            analysis: Words::new(file.analysis),
            target_words: file.targets.words,
        })
    }
}

impl Performance {
    /// The line of the funding block that a label (a [`label_key`]) stands for, with or without 其中.
    pub fn funding_line(&self, key: &str) -> Option<FundingLine> {
        let bare = key.strip_prefix("其中").map_or(key, |rest| rest.trim_start_matches(':'));
        self.funding.exact(bare)
    }

    /// As [`funding_line`](Self::funding_line), of a label whose end the end of a page may have cut off.
    pub fn funding_line_cut_off(&self, key: &str) -> Option<FundingLine> {
        let cut_off = || {
            let bare = key.strip_prefix("其中").map_or(key, |rest| rest.trim_start_matches(':'));
            (bare.chars().count() >= 3).then(|| self.funding.cut_off(bare)).flatten()
        };
        self.funding_line(key).or_else(cut_off)
    }

    /// The first of two labels that the end of a page has joined (`市县区财政资金其他资金`): the figures beside them are its own.
    pub fn first_of_two<'k>(&self, key: &'k str) -> Option<(&'k str, FundingLine)> {
        let mut places = key.char_indices().map(|(at, _)| key.split_at(at));
        places.find_map(|(first, second)| Some((first, self.funding_line(first).filter(|_| self.funding_line(second).is_some())?)))
    }

    /// The goals that a heading is over, with or without the years behind it (`项目总体目标(2024年-2026年)`).
    pub fn goal(&self, key: &str) -> Option<Horizon> {
        let bare = key.split_once('(').map_or(key, |(words, _)| words);
        self.goals.exact(bare)
    }
}

/// The form in which labels are compared.
pub fn label_key(cell: &str) -> Cow<'_, str> {
    match compact(cell) {
        Cow::Borrowed(key) => Cow::Borrowed(key.trim_end_matches(':')),
        Cow::Owned(mut key) => {
            key.truncate(key.trim_end_matches(':').len());
            Cow::Owned(key)
        }
    }
}
