//! Standard items that are the columns of a “三公” form.

use super::columns::Metric;
use super::line::Line;
use super::words::Chain;
use crate::codes::{Form, Item, Measure, Side};
use crate::config::{Config, FormSpec, item_key, word_key};
use crate::text::{clean_name, compact};

/// The items that are columns of a “三公” form: its rows are numbers alone.
pub fn item_columns(lines: &[Line<'_>], words: &[Chain], metric: Option<Metric>, spec: &FormSpec) -> Vec<(Item, Measure)> {
    if spec.form != Form::ThreePublic {
        return Vec::new();
    }
    let text: String = lines.iter().map(|line| compact(line.text)).collect();
    let printed = |word: &str| text.contains(word) || words.iter().flatten().any(|placed| compact(&placed.text).contains(word));
    if !printed("公务接待") || !printed("小计") || !printed("购置费") && !printed("运行") {
        return Vec::new();
    }
    // Reception stands before the vehicles in some places and behind them in others; where columns are positions, the position tells.
    let place = |word: &str| {
        let chain = words.iter().flatten().find(|placed| compact(&placed.text).starts_with(word));
        chain.map_or(usize::MAX, |placed| placed.span.0)
    };
    let reception_first = if metric.is_some() {
        place("公务接待") < place("小计")
    } else {
        text.find("公务接待") < text.find("公务用车")
    };
    let vehicles = [Item::Vehicle, Item::VehiclePurchase, Item::VehicleOperation];
    let mut items = vec![Item::ThreePublicTotal, Item::Overseas];
    if reception_first {
        items.push(Item::Reception);
        items.extend(vehicles);
    } else {
        items.extend(vehicles);
        items.push(Item::Reception);
    }
    // A narrow column wraps even these: 预算 over 数.
    let count = |word: &str| {
        let wrapped = words
            .iter()
            .filter(|chain| chain.iter().any(|placed| compact(&placed.text) == word));
        text.matches(word).count().max(wrapped.count())
    };
    let (budgets, finals) = (count("预算数"), count("决算数"));
    let mut columns: Vec<(Item, Measure)> = match (budgets, finals) {
        (0, _) | (_, 0) => items.iter().map(|item| (*item, Measure::Amount)).collect(),
        (1, 1) => [Measure::Budget, Measure::Final]
            .iter()
            .flat_map(|measure| items.iter().map(|item| (*item, *measure)))
            .collect(),
        _ => items
            .iter()
            .flat_map(|item| [(*item, Measure::Budget), (*item, Measure::Final)])
            .collect(),
    };
    if printed("机关运行经费") {
        columns.push((Item::AgencyOperating, Measure::Amount));
    }
    columns
}

/// The printed words of the header that name an item of a “三公” form.
pub struct ItemWords {
    /// The longest word for each item: in the header's cells, then anywhere in its lines.
    words: Vec<(Item, String)>,
}

impl ItemWords {
    /// Looks for the words of `items` in those that the cells of a header make, and in its lines for what is not there.
    pub fn of(items: &[(Item, Measure)], lines: &[Line<'_>], words: &[Chain], config: &Config) -> Self {
        let named = |text: &str| {
            let key = item_key(&word_key(text)).into_owned();
            [Form::ThreePublic, Form::AgencyOperating]
                .into_iter()
                .filter_map(move |form| config.items.find(&key, form, Side::Expenditure))
                .map(|standard| standard.item)
        };
        let mut found: Vec<(Item, String)> = Vec::new();
        for text in words.iter().flatten().map(|placed| &placed.text) {
            for item in named(&clean_name(text)) {
                // “三公”经费预算数 heads all items; its total is the cell below it.
                if item == Item::ThreePublicTotal && text.contains("预算数") {
                    continue;
                }
                match found.iter_mut().find(|(known, _)| *known == item) {
                    Some((_, longest)) if longest.chars().count() > text.chars().count() => {}
                    Some((_, longest)) => longest.clone_from(text),
                    None => found.push((item, text.clone())),
                }
            }
        }
        let is_found = |found: &[(Item, String)], item: &Item| found.iter().any(|(known, _)| known == item);
        if items.iter().all(|(item, _)| is_found(&found, item)) {
            return Self { words: found };
        }
        let joined: String = lines.iter().flat_map(|line| &line.tokens).map(|token| token.text).collect();
        let places: Vec<usize> = joined.char_indices().map(|(at, _)| at).chain([joined.len()]).collect();
        for window in (2..=LONGEST_WORD.min(places.len())).rev().flat_map(|length| places.windows(length)) {
            let text = &joined[window[0]..window[window.len() - 1]];
            if !text.starts_with(|c| config.items.may_begin(c)) || !text.ends_with(|c| config.items.may_end(c)) {
                continue;
            }
            for item in named(text) {
                if !is_found(&found, &item) {
                    found.push((item, text.to_owned()));
                }
            }
        }
        Self { words: found }
    }

    /// The header of an item that is a column: a cell's own words, else the longest known name in the lines, else the words of the
    /// national form.
    pub fn header(&self, item: Item, measure: Measure) -> String {
        let usual = match item {
            Item::ThreePublicTotal => "合计",
            Item::Overseas => "因公出国（境）费",
            Item::Reception => "公务接待费",
            Item::Vehicle => "公务用车购置及运行维护费",
            Item::VehiclePurchase => "公务用车购置费",
            Item::VehicleOperation => "公务用车运行维护费",
            _ => "机关运行经费",
        };
        let printed = self.words.iter().find(|(known, _)| *known == item);
        let word = printed.map_or(usual, |(_, word)| word);
        match measure {
            Measure::Budget => format!("预算数/{word}"),
            Measure::Final => format!("决算数/{word}"),
            _ => word.to_owned(),
        }
    }
}

/// Most places that a word's characters have, its end among them.
const LONGEST_WORD: usize = 16;
