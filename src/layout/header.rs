//! The header of a table whose cells are gone: its words tell which of the known column sequences it has.

use std::sync::Arc;

use super::columns::Metric;
use super::items::{ItemWords, item_columns};
use super::line::Line;
use super::tokens::{Kind, Token};
use super::words::{Chain, pieces_below_each_other};
use crate::codes::{Code, Form, Item, Measure, Side};
use crate::config::{Config, FormSpec, Role, RowRule, item_key, word_key};
use crate::recognise::{Column, Columns, Group};
use crate::text::{cleaned, compact, strip_numbering};

/// What the words of a header tell.
#[derive(Debug, Clone)]
pub struct LineHeader {
    /// The money columns of the (right) group, in order.
    pub measures: Vec<Measure>,
    /// The items that are columns, in order, where the table has no rows of names.
    pub items: Vec<(Item, Measure)>,
    /// Their words as printed.
    item_words: Vec<String>,
    /// Lines are numbered (行次).
    pub numbered: bool,
    /// Rows begin with a code.
    pub coded: bool,
    /// A second name stands beside the first (政府预算支出经济科目名称).
    pub counterpart: bool,
    /// Codes stand in three columns (类 款 项).
    pub split_code: bool,
    /// In how many columns a code stands.
    pub code_columns: usize,
    /// Several groups of code, name and amount stand side by side.
    pub coded_groups: bool,
    /// A line that numbers the columns counts as many.
    counted: bool,
    /// The printed words, for each measure that was found.
    words: Vec<(Measure, String)>,
}

/// Most lines that a header has.
const MAX_HEADER: usize = 40;

/// The line on which the body begins.
pub fn body_start(lines: &[Line<'_>], config: &Config) -> Option<usize> {
    let mut numbering_end = None;
    for (index, line) in lines.iter().enumerate().take(MAX_HEADER) {
        let tokens = &line.tokens;
        if tokens.is_empty() {
            continue;
        }
        if is_numbering_line(tokens) {
            numbering_end = Some(index + 1);
            continue;
        }
        if is_body_line(tokens, config) {
            // The numbers of the columns are the header's last line.
            return Some(numbering_end.unwrap_or(index));
        }
    }
    numbering_end.filter(|end| *end < lines.len())
}

/// How many of the last lines in front of the body are the upper part of its first name.
pub fn name_pieces_above(head: &[Line<'_>], metric: Metric, config: &Config) -> usize {
    let words: Vec<String> = known_words(&pieces_below_each_other(head, metric), config);
    let is_piece = |line: &Line<'_>| {
        let is_of_name = |token: &Token<'_>| {
            let text = compact(token.text);
            token.kind == Kind::Text
                && text.chars().count() >= 2
                && !config.headers.is_known(&word_key(&text))
                && !words.iter().any(|word| word.contains(text.as_ref()))
                && !text.contains([':', '：'])
        };
        !line.tokens.is_empty() && line.tokens.iter().all(is_of_name)
    };
    let count = head.iter().rev().take(3).take_while(|line| is_piece(line)).count();
    // The rest of a header word that is broken over lines is no piece of a name.
    let matched = |text: &str| config.headers.scan(text).iter().map(|word| word.len()).sum::<usize>();
    let goes_on = |at: usize| {
        let before: String = head[at.saturating_sub(3)..at].iter().map(|line| line.text.trim()).collect();
        let line = head[at].text.trim();
        matched(&format!("{before}{line}")) > matched(&before) + matched(line)
    };
    let first = head.len() - count;
    (first..head.len()).rev().take_while(|at| !goes_on(*at)).count()
}

/// `栏次 1 2 3` or the bare numbers of the columns.
pub fn is_numbering_line(tokens: &[Token<'_>]) -> bool {
    let words: Vec<&str> = tokens
        .iter()
        .filter(|token| token.kind != Kind::Digits)
        .map(|token| token.text)
        .collect();
    let numbers: Vec<u32> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Digits)
        .filter_map(|token| token.text.parse().ok())
        .collect();
    let climbing = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    words
        .iter()
        .all(|word| matches!(compact(word).as_ref(), "栏次" | "行次" | "—" | "-" | "**"))
        && climbing
        && (numbers.len() >= 3 || !words.is_empty() && !numbers.is_empty())
}

fn is_body_line(tokens: &[Token<'_>], config: &Config) -> bool {
    let Some(first) = tokens.first() else { return false };
    if tokens.iter().any(Token::is_money) {
        return true;
    }
    let code = first.kind == Kind::Digits
        && (matches!(first.text.len(), 5 | 7) || first.text.len() == 3 && first.text.starts_with(['1', '2', '3', '5']));
    if code {
        return true;
    }
    let name = cleaned(first.text);
    let numbered = strip_numbering(first.text).len() < first.text.len();
    let key = item_key(&name);
    let standard = [Side::Revenue, Side::Expenditure].iter().any(|side| {
        [Form::Summary, Form::ThreePublic]
            .iter()
            .any(|form| config.items.find(&key, *form, *side).is_some())
    });
    let class = config.accounts.functional_class(&key).is_some();
    numbered && (standard || class || name.chars().count() >= 2) || first.text == "一、"
}

impl LineHeader {
    /// Reads the lines of a header.
    pub fn of(lines: &[Line<'_>], spec: &FormSpec, metric: Option<Metric>, config: &Config) -> Self {
        let joined: String = lines.iter().map(|line| line.text).collect();
        let mut found: Vec<&str> = config.headers.scan(&joined);
        let is_code = |word: &str| config.headers.role(word) == Some(Role::Code);
        let words_below = pieces_below_each_other(lines, metric.unwrap_or(Metric::Chars));
        let stacked: Vec<String> = known_words(&words_below, config);
        let side_by_side = found.iter().filter(|word| is_code(word)).count();
        let codes = if side_by_side > 0 {
            side_by_side
        } else {
            stacked.iter().filter(|word| is_code(word)).count()
        };
        found.extend(stacked.iter().map(String::as_str).filter(|word| config.headers.is_known(word)));
        let mut words: Vec<(Measure, String)> = Vec::new();
        for word in &found {
            let role = config
                .headers
                .fund_role(word)
                .filter(|_| spec.columns.iter().any(|columns| columns.contains(&Measure::CurrentRevenue)));
            if let Some(Role::Amount(measure)) = role.or_else(|| config.headers.role(word))
                && !words.iter().any(|(known, _)| *known == measure)
            {
                words.push((measure, (*word).to_owned()));
            }
        }
        let numbered_columns = lines
            .iter()
            .map(|line| &line.tokens)
            .filter(|tokens| is_numbering_line(tokens))
            .map(|tokens| tokens.iter().filter(|token| token.kind == Kind::Digits).count())
            .max();
        let coded_groups = spec.rows == RowRule::Coded && spec.form == Form::BasicExpenditure && codes >= 2;
        let items = item_columns(lines, &words_below, metric, spec);
        let item_words = if items.is_empty() {
            Vec::new()
        } else {
            let printed = ItemWords::of(&items, lines, &words_below, config);
            items.iter().map(|(item, measure)| printed.header(*item, *measure)).collect()
        };
        let heads_part = |part: &str| lines.iter().flat_map(|line| &line.tokens).any(|token| token.text == part);
        let split_code = heads_part("类") && heads_part("款");
        let code_columns = if split_code { 2 + usize::from(heads_part("项")) } else { 1 };
        let counterpart = found.iter().any(|word| config.headers.role(word) == Some(Role::Counterpart));
        let measures = if coded_groups {
            vec![Measure::Amount]
        } else {
            variant(spec, &words, numbered_columns)
        };
        Self {
            counted: numbered_columns == Some(measures.len()),
            measures,
            items,
            item_words,
            numbered: found.contains(&"行次"),
            coded: spec.rows == RowRule::Coded && (codes > 0 || split_code || !counterpart && spec.form != Form::BasicExpenditure),
            counterpart,
            split_code,
            code_columns,
            coded_groups,
            words,
        }
    }

    /// The columns that the header stands for.
    pub fn columns(&self, spec: &FormSpec) -> Columns {
        let column = |role, header: &str| Column {
            role,
            header: Arc::from(header),
        };
        let mut all = Vec::new();
        let mut groups = Vec::new();
        if !self.items.is_empty() {
            all.extend(
                self.items
                    .iter()
                    .zip(&self.item_words)
                    .map(|((item, measure), word)| column(Role::ItemAmount(*item, *measure), word)),
            );
            groups.push(Group {
                columns: 0..all.len(),
                heading: String::new(),
            });
            return Columns { all, groups };
        }
        if spec.rows == RowRule::TwoSided {
            all.push(column(Role::Name, "收入/项目"));
            all.push(column(
                Role::Amount(Measure::Amount),
                &format!("收入/{}", self.word(Measure::Amount)),
            ));
            groups.push(Group {
                columns: 0..2,
                heading: "收入".to_owned(),
            });
            all.push(column(Role::Name, "支出/项目"));
            all.extend(
                self.measures
                    .iter()
                    .map(|measure| column(Role::Amount(*measure), &format!("支出/{}", self.word(*measure)))),
            );
            groups.push(Group {
                columns: 2..all.len(),
                heading: "支出".to_owned(),
            });
            return Columns { all, groups };
        }
        if self.coded {
            all.push(column(Role::Code, "科目编码"));
            all.push(column(Role::Name, "科目名称"));
        } else {
            all.push(column(Role::Name, "项目"));
        }
        if self.counterpart {
            all.push(column(Role::Counterpart, "政府预算支出经济科目名称"));
        }
        all.extend(
            self.measures
                .iter()
                .map(|measure| column(Role::Amount(*measure), &self.word(*measure))),
        );
        groups.push(Group {
            columns: 0..all.len(),
            heading: String::new(),
        });
        Columns { all, groups }
    }

    /// The same header for rows of so many money columns; `None` where no known sequence has as many.
    pub fn with_columns(&self, spec: &FormSpec, count: usize) -> Option<Self> {
        let printed = |measure: &Measure| self.words.iter().any(|(known, _)| known == measure);
        let only = |columns: &Vec<Measure>| columns.len() == 1;
        let fits = |columns: &&Vec<Measure>| columns.len() == count && (only(columns) || columns.iter().all(printed));
        let fitting: Vec<&Vec<Measure>> = spec.columns.iter().filter(fits).collect();
        let measures = if self.measures.len() == count {
            self.measures.clone()
        } else {
            best_variant(&fitting, &self.words, Some(count))?
        };
        Some(Self { measures, ..self.clone() })
    }

    /// Whether the header prints words for most of the columns that it is taken for; else these are a guess.
    pub fn tells_columns(&self) -> bool {
        let printed = self
            .measures
            .iter()
            .filter(|measure| self.words.iter().any(|(known, _)| known == *measure))
            .count();
        !self.items.is_empty() || self.measures.len() < 2 || self.counted || 2 * printed >= self.measures.len()
    }

    /// How many columns a row has in front of its figures.
    pub(super) fn name_columns(&self) -> usize {
        1 + usize::from(self.counterpart) + if self.coded { self.code_columns } else { 0 }
    }

    /// Whether a word of the header stands over the column of a measure.
    pub(super) fn stands_for(&self, word: &str, measure: Measure) -> bool {
        self.words.iter().any(|(known, printed)| *known == measure && printed == word)
    }

    /// The printed word of a measure, or its usual one.
    fn word(&self, measure: Measure) -> String {
        let printed = self
            .words
            .iter()
            .find(|(known, word)| *known == measure && !word.is_empty())
            .map(|(_, word)| word.clone());
        printed.unwrap_or_else(|| measure.meaning().split([',', ' ', '(']).next().unwrap_or_default().to_owned())
    }
}

/// The known column sequence that fits the words of a header best.
fn variant(spec: &FormSpec, words: &[(Measure, String)], numbered_columns: Option<usize>) -> Vec<Measure> {
    best_variant(&spec.columns.iter().collect::<Vec<_>>(), words, numbered_columns).unwrap_or_else(|| vec![Measure::Amount])
}

fn best_variant(known: &[&Vec<Measure>], words: &[(Measure, String)], numbered_columns: Option<usize>) -> Option<Vec<Measure>> {
    let printed = |measure: &Measure| words.iter().any(|(known, _)| known == measure);
    let score = |columns: &Vec<Measure>| {
        let fit = columns.iter().filter(|measure| printed(measure)).count() * 2;
        let missing = columns.iter().filter(|measure| !printed(measure)).count() * 3;
        let counted = usize::from(numbered_columns == Some(columns.len())) * 2;
        i64::try_from(fit + counted).unwrap_or(0) - i64::try_from(missing).unwrap_or(0)
    };
    known
        .iter()
        .rev()
        .max_by_key(|columns| score(columns))
        .map(|columns| (*columns).clone())
}

/// Words that wrapped in their header cells: the first known one of each chain of pieces below each other.
fn known_words(chains: &[Chain], config: &Config) -> Vec<String> {
    let known = |word: &String| config.headers.is_known(word);
    chains
        .iter()
        .filter_map(|chain| chain.iter().map(|placed| word_key(&placed.text).into_owned()).find(known))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Position;
    use crate::layout::tokenise;

    fn lines(text: &'static str) -> Vec<Line<'static>> {
        let line = |(text, number): (&'static str, u32)| Line {
            text,
            position: Position { line: number, page: 0 },
            after_blank: false,
            tokens: tokenise(text),
        };
        text.lines().zip(1..).map(line).collect()
    }

    fn header(text: &'static str, form: Form, metric: Option<Metric>) -> LineHeader {
        let config = Config::load(None).unwrap();
        LineHeader::of(&lines(text), config.forms.by_form(form), metric, &config)
    }

    #[test]
    fn the_body_begins_below_the_numbers_of_the_columns_or_with_the_first_account() {
        let config = Config::load(None).unwrap();
        let start = |text| body_start(&lines(text), &config);
        assert_eq!(start("科目编码 科目名称 合计\n栏次 1 2 3\nJ公共服务平台\n运行 5.00 5.00"), Some(2));
        assert_eq!(start("科目编码 科目名称 合计\n201 一般公共服务支出 5.00"), Some(1));
        assert_eq!(start("项目 预算数 项目 预算数\n一、一般公共预算 二、外交支出"), Some(1));
        assert_eq!(start("科目编码 科目名称 合计"), None);
    }

    #[test]
    fn the_words_of_a_header_choose_the_columns() {
        let wrapped =
            "科目编码  科目名称  合计  一般公共  政府性基  财政专户  单位资金\n                          预算    金预算  管理资金";
        let columns = [
            Measure::Total,
            Measure::GeneralPublicBudget,
            Measure::GovernmentFund,
            Measure::FiscalSpecialAccount,
            Measure::UnitFunds,
        ];
        assert_eq!(
            header(
                "科目编码 科目名称 合计 一般公共预算 政府性基金预算 财政专户管理资金 单位资金",
                Form::Revenue,
                None
            )
            .measures,
            columns
        );
        assert!(header(wrapped, Form::Revenue, Some(Metric::Cols)).coded);
        let basic = header("科目编码 科目名称 决算数 科目编码 科目名称 决算数", Form::BasicExpenditure, None);
        assert!(basic.coded_groups && basic.measures == [Measure::Amount]);
        let split = header("类 款 项 功能分类科目名称 合计 基本支出 项目支出", Form::Expenditure, None);
        assert_eq!((split.split_code, split.code_columns), (true, 3));
    }

    #[test]
    fn a_header_with_words_for_few_of_its_columns_tells_none() {
        let tells = |text| header(text, Form::Revenue, Some(Metric::Cols)).tells_columns();
        assert!(tells("科目编码  科目名称  合计  一般公共预算  政府性基金预算  单位资金"));
        assert!(!tells("科目编码  科目名称  合计  一般  基金  单位"));
    }

    #[test]
    fn words_of_a_form_of_items_may_wrap() {
        let text = "预算                                  决算\n数                                    数\n\
            合计  因公出国  小计  公务用  公务用车  公务接待费  合计  因公出国  小计  公务用  公务用车  公务接待费\n\
                                  车购置费  运行";
        let items = header(text, Form::ThreePublic, Some(Metric::Cols)).items;
        assert_eq!(items.len(), 12);
        assert_eq!((items[0].1, items[6].1), (Measure::Budget, Measure::Final));
    }

    #[test]
    fn rows_of_another_width_take_another_sequence_or_none() {
        let config = Config::load(None).unwrap();
        let spec = config.forms.by_form(Form::Expenditure);
        let header = LineHeader::of(&lines("科目编码 科目名称 合计 基本支出 项目支出"), spec, None, &config);
        assert_eq!(header.with_columns(spec, 3).map(|header| header.measures.len()), Some(3));
        assert!(header.with_columns(spec, 6).is_none() && header.with_columns(spec, 4).is_none());
    }

    #[test]
    fn pieces_in_front_of_the_body_are_names_unless_a_header_word_goes_on() {
        let config = Config::load(None).unwrap();
        let pieces = |text| name_pieces_above(&lines(text), Metric::Chars, &config);
        assert_eq!(pieces("单位名称 合计\n忻州市河灯事务"), 1);
        assert_eq!(pieces("单位名称 财政专户\n管理资金"), 0);
    }
}
