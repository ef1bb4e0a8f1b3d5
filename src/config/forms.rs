//! The standard forms and how they are titled (`config/forms/*.toml`).

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::{ConfigError, Source};
use crate::codes::{Classification, Form, Measure, Side, Stage};
use crate::text::{compact, has_any, is_year_digits};

/// Which side of the account a form's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SideRule {
    /// All revenue.
    Revenue,
    /// All expenditure.
    Expenditure,
    /// Left column group revenue, right one expenditure.
    ByGroup,
    /// As the group's header says; expenditure where it says nothing.
    ByHeader,
}

/// What a row of a form begins with, for layouts that lose their cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRule {
    /// The code of an account.
    Coded,
    /// A name.
    Named,
    /// Names of revenue on the left, of expenditure on the right.
    TwoSided,
    /// Not read from such layouts.
    #[default]
    None,
}

/// What is known of a form.
#[derive(Debug, Clone)]
pub struct FormSpec {
    /// The form.
    pub form: Form,
    /// Which side its rows are.
    pub side: SideRule,
    /// What its rows are accounts of, where no code says otherwise.
    pub classification: Classification,
    /// What a row begins with.
    pub rows: RowRule,
    /// The sequences of money columns in use.
    pub columns: Vec<Vec<Measure>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    form: Form,
    side: SideRule,
    classification: Classification,
    titles: Vec<String>,
    #[serde(default)]
    rows: RowRule,
    #[serde(default)]
    columns: Vec<Vec<Measure>>,
}

/// A form's title found in a line.
#[derive(Debug, Clone, Copy)]
pub struct TitleMatch<'c> {
    /// The form.
    pub spec: &'c FormSpec,
    /// The stage that the title's words say (预算 or 决算).
    pub stage: Option<Stage>,
    /// The fiscal year in the title.
    pub year: Option<i32>,
}

/// The catalogue of forms.
#[derive(Debug)]
pub struct Forms {
    specs: Vec<FormSpec>,
    other: FormSpec,
    /// What titles end with, and the place of the spec that each belongs to.
    titles: Vec<(Regex, usize)>,
    /// Tells in one look which of them a line ends with.
    all: RegexSet,
}

/// Words in front of a title that make it the title of another table (政府采购支出表 is no 支出表).
const QUALIFYING: [&str; 18] = [
    "预算",
    "财政拨款",
    "基金",
    "国有资本",
    "采购",
    "经费",
    "项目",
    "专户",
    "转移支付",
    "基本支出",
    "绩效",
    "三公",
    "收入",
    "支出",
    "收支",
    "拨款",
    "专项",
    "非",
];

/// Names of bodies that hold such words all the same.
const BODY_WORDS: [&str; 12] = [
    "财政局",
    "财政厅",
    "财政所",
    "采购中心",
    "采购办",
    "基金会",
    "项目中心",
    "项目办",
    "国有资产",
    "非物质",
    "支付中心",
    "收付中心",
];

/// Longest title in characters; anything longer is running text.
const LONGEST_TITLE: usize = 80;

impl Forms {
    pub(super) fn load(source: &Source, files: &[String]) -> Result<Self, ConfigError> {
        let mut specs = Vec::new();
        let (mut titles, mut patterns) = (Vec::new(), Vec::new());
        for name in files {
            let file: FormFile = source.toml(name)?;
            for title in &file.titles {
                let pattern = format!("(?:{title})$");
                let regex = Regex::new(&pattern).map_err(|error| source.invalid_at(name, title, &error.to_string()))?;
                titles.push((regex, specs.len()));
                patterns.push(pattern);
            }
            specs.push(FormSpec {
                form: file.form,
                side: file.side,
                classification: file.classification,
                rows: file.rows,
                columns: file.columns,
            });
        }
        let other = FormSpec {
            form: Form::Other,
            side: SideRule::ByHeader,
            classification: Classification::Summary,
            rows: RowRule::None,
            columns: Vec::new(),
        };
        Ok(Self {
            specs,
            other,
            all: RegexSet::new(&patterns).map_err(|error| {
                let last = files.last().map_or("forms", String::as_str);
                source.invalid(last, 1, &format!("the titles of all forms together: {error}"))
            })?,
            titles,
        })
    }

    /// The specification of tables that follow no standard form.
    pub fn other(&self) -> &FormSpec {
        &self.other
    }

    /// The specification of a form.
    pub fn by_form(&self, form: Form) -> &FormSpec {
        self.specs.iter().find(|spec| spec.form == form).unwrap_or(&self.other)
    }

    /// The form that a line of text is the title of. Year, body, numbering, white space and quotes may vary freely.
    pub fn by_title(&self, line: &str) -> Option<TitleMatch<'_>> {
        if !looks_like_title(line) {
            return None;
        }
        let title = Title::parse(line)?;
        let mut best: Option<(usize, &FormSpec)> = None;
        for words in std::iter::once(&title.full).chain(&title.without_bracket) {
            for (regex, spec) in self.all.matches(words).into_iter().map(|place| &self.titles[place]) {
                let Some(core) = regex.find(words) else { continue };
                if best.is_none_or(|(longest, _)| core.len() > longest) && !qualified(&words[..core.start()]) {
                    best = Some((core.len(), &self.specs[*spec]));
                }
            }
        }
        best.map(|(_, spec)| TitleMatch {
            spec,
            stage: title.stage,
            year: title.year,
        })
    }
}

/// The titles among the lines of one document: its contents, its text and its pages print the same ones, and each is found out once.
#[derive(Debug)]
pub struct KnownTitles<'c> {
    forms: &'c Forms,
    known: RefCell<HashMap<String, Option<TitleMatch<'c>>, foldhash::fast::RandomState>>,
}

impl<'c> KnownTitles<'c> {
    /// Of a document that was not looked at yet.
    pub fn of(forms: &'c Forms) -> Self {
        Self {
            forms,
            known: RefCell::default(),
        }
    }

    /// As [`Forms::by_title`].
    pub fn by_title(&self, line: &str) -> Option<TitleMatch<'c>> {
        let line = line.trim();
        if !looks_like_title(line) {
            return None;
        }
        if let Some(known) = self.known.borrow().get(line) {
            return *known;
        }
        let found = self.forms.by_title(line);
        self.known.borrow_mut().insert(line.to_owned(), found);
        found
    }
}

/// The words of a title that can decide which form it is.
struct Title {
    full: String,
    /// The same without the bracket at its end, if it has one.
    without_bracket: Option<String>,
    stage: Option<Stage>,
    year: Option<i32>,
}

impl Title {
    fn parse(line: &str) -> Option<Self> {
        let mut words = compact(line).into_owned();
        words.retain(|c| !matches!(c, '"' | '“' | '”' | '‘' | '’' | '\'' | '《' | '》' | '*' | '#'));
        let stage = if words.contains("决算") {
            Some(Stage::FinalAccount)
        } else if words.contains("预算") {
            Some(Stage::Budget)
        } else {
            None
        };
        let (year, words) = take_year(&words);
        let mut full = words;
        for word in ["部门(单位)", "部门", "单位"] {
            if full.contains(word) {
                full = full.replace(word, "");
            }
        }
        if full.chars().count() > LONGEST_TITLE {
            return None;
        }
        let without_bracket = full
            .strip_suffix(')')
            .and_then(|rest| rest.rfind('('))
            .map(|open| full[..open].to_owned());
        Some(Self {
            full,
            without_bracket,
            stage,
            year,
        })
    }
}

/// Whether a line ends as titles do; few others do.
pub fn may_end_title(line: &str) -> bool {
    trim_marks(line).ends_with(['表', '录', ')', '）'])
}

/// The line without marks and white space at its end.
fn trim_marks(line: &str) -> &str {
    line.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '#' | '》' | '"' | '”'))
}

/// A cheap look before the regular expressions: a title is short, ends like one and holds no sentence.
fn looks_like_title(line: &str) -> bool {
    if line.len() > LONGEST_TITLE * 4 {
        return false;
    }
    let end = trim_marks(line);
    (end.ends_with(['表', ')', '）']) && end.contains('表') || end.ends_with("目录")) && !has_any(end, &['。', '，', '；', '：', ':'])
}

/// Takes the fiscal year out of a title (`2023年度`, `2023年`, `2023`).
fn take_year(words: &str) -> (Option<i32>, String) {
    let bytes = words.as_bytes();
    for start in 0..bytes.len().saturating_sub(3) {
        if words.is_char_boundary(start) && is_year_digits(&bytes[start..start + 4]) {
            let rest = &words[start + 4..];
            let rest = rest.strip_prefix('年').unwrap_or(rest);
            let rest = rest.strip_prefix('度').unwrap_or(rest);
            return (words[start..start + 4].parse().ok(), format!("{}{rest}", &words[..start]));
        }
    }
    (None, words.to_owned())
}

/// Whether the words in front of a title make it another table's.
fn qualified(prefix: &str) -> bool {
    let is_qualifying = |words: &str| QUALIFYING.iter().any(|word| words.contains(word));
    if !is_qualifying(prefix) {
        return false;
    }
    let mut words = prefix.to_owned();
    for body in BODY_WORDS {
        if words.contains(body) {
            words = words.replace(body, "");
        }
    }
    is_qualifying(&words)
}

impl FormSpec {
    /// The side of a column group: `header` are the words above it, `group` its place from the left.
    pub fn side_of(&self, group: usize, header: &str) -> Side {
        let says = |word: &str, not: &str| header.contains(word) && !header.contains(not);
        match self.side {
            SideRule::Revenue => Side::Revenue,
            SideRule::Expenditure => Side::Expenditure,
            _ if says("支出", "收入") => Side::Expenditure,
            _ if says("收入", "支出") => Side::Revenue,
            SideRule::ByGroup if group == 0 => Side::Revenue,
            SideRule::ByGroup | SideRule::ByHeader => Side::Expenditure,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::{Form, Stage};
    use crate::config::Config;

    #[test]
    fn titles_of_many_places_are_known() {
        let config = Config::load(None).unwrap();
        for (title, form) in [
            ("2023年预算收支总表", Form::Summary),
            ("表一2024年预算收支总表", Form::Summary),
            ("2025年部门财务收支预算总表", Form::Summary),
            ("部门（单位）收支总体情况表", Form::Summary),
            ("单位预算收支总表", Form::Summary),
            ("部门综合收支预算表", Form::Summary),
            ("一、收入支出决算总表", Form::Summary),
            ("收入支出决算表", Form::Summary),
            ("2023年预算收入总表", Form::Revenue),
            ("单位预算收入总表", Form::Revenue),
            ("收入决算表（分科目）", Form::Revenue),
            ("2025年部门支出预算总表", Form::Expenditure),
            ("大同市财政局2024年部门支出总体情况表", Form::Expenditure),
            ("支出决算表", Form::Expenditure),
            ("财政拨款收支预算总表", Form::AppropriationSummary),
            ("四、财政拨款收入支出决算总表", Form::AppropriationSummary),
            ("2023年一般公共预算支出预算表（不含上年结转）", Form::GeneralPublicExpenditure),
            ("一般公共预算财政拨款支出决算表", Form::GeneralPublicExpenditure),
            ("2025年部门一般公共预算支出功能分类预算表", Form::GeneralPublicExpenditure),
            ("财政拨款支出表（功能科目）", Form::GeneralPublicExpenditure),
            ("2023年一般公共预算安排基本支出分经济科目表（不含上年结转）", Form::BasicExpenditure),
            ("一般公共预算财政拨款基本支出决算明细表", Form::BasicExpenditure),
            ("2025年部门一般公共预算基本支出部门预算经济分类预算表", Form::BasicExpenditure),
            ("财政拨款基本支出表（经济科目）", Form::BasicExpenditure),
            ("基本支出情况表（按支出经济分类科目）", Form::BasicExpenditure),
            ("2023年政府性基金预算收入表（不含上年结转）", Form::GovernmentFundRevenue),
            ("2023年政府性基金预算支出表（不含上年结转）", Form::GovernmentFundExpenditure),
            ("2025年部门政府性基金预算支出功能分类预算表", Form::GovernmentFundExpenditure),
            ("政府性基金拨款表", Form::GovernmentFundExpenditure),
            ("政府性基金预算财政拨款收入支出决算表", Form::GovernmentFund),
            ("2023年国有资本经营预算收支预算表（不含上年结转）", Form::StateCapital),
            ("2023年一般公共预算“三公”经费支出预算表", Form::ThreePublic),
            ("2025年部门“三公”经费和机关运行经费预算表", Form::ThreePublic),
            ("一般公共预算“三公”经费、会议费、培训费支出情况表", Form::ThreePublic),
            ("2023年机关运行经费预算财政拨款情况统计表", Form::AgencyOperating),
            ("2024年财政拨款安排机关运行经费预算表", Form::AgencyOperating),
            ("2023年项目支出预算表（本年预算）", Form::ProjectExpenditure),
            ("2023年项目支出预算表（上年结转）", Form::ProjectCarryover),
            ("部门决算公开相关信息统计表", Form::DisclosureStatistics),
            ("大同市市级预算部门（单位）项目支出绩效目标申报表", Form::PerformanceTarget),
            ("大同市市级预算部门(单位)项目支出绩效目标表", Form::PerformanceTarget),
            ("J残疾人保证障金(2015年已缴纳额)项目支出绩效自评表", Form::PerformanceSelfEvaluation),
            ("山西省部门政府购买服务指导性目录", Form::ProcurementCatalogue),
        ] {
            assert_eq!(config.forms.by_title(title).map(|found| found.spec.form), Some(form), "{title}");
        }
        for title in [
            "政府采购支出表",
            "部门整体支出绩效目标表",
            "非财政拨款收入支出决算总表",
            "一般公共预算财政拨款项目支出决算表",
            "专项资金预算汇总表",
            "见附表。",
        ] {
            assert!(
                config.forms.by_title(title).is_none(),
                "{title}: {:?}",
                config.forms.by_title(title)
            );
        }
        let title = config.forms.by_title("表三2024年预算支出总表").unwrap();
        assert_eq!((title.stage, title.year), (Some(Stage::Budget), Some(2024)));
    }
}
