//! Standard items that are the columns of a “三公” form.

use super::columns::Metric;
use super::header::Chain;
use super::tokens::tokenise;
use crate::codes::{Form, Item, Measure, Side};
use crate::config::{Config, FormSpec, item_key, word_key};
use crate::document::TextLine;
use crate::text::{clean_name, compact};

/// The items that are columns of a “三公” form: its rows are numbers alone.
pub fn item_columns(lines: &[TextLine<'_>], words: &[Chain], metric: Option<Metric>, spec: &FormSpec) -> Vec<(Item, Measure)> {
    if spec.form != Form::ThreePublic {
        return Vec::new();
    }
    let text: String = lines.iter().map(|line| compact(&line.text)).collect();
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
    let (budgets, finals) = (text.matches("预算数").count(), text.matches("决算数").count());
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

/// The header of an item that is a column as printed; in the words of the national form where its words are not found.
pub fn item_word(item: Item, measure: Measure, lines: &[TextLine<'_>], words: &[Chain], config: &Config) -> String {
    let usual = match item {
        Item::ThreePublicTotal => "合计",
        Item::Overseas => "因公出国（境）费",
        Item::Reception => "公务接待费",
        Item::Vehicle => "公务用车购置及运行维护费",
        Item::VehiclePurchase => "公务用车购置费",
        Item::VehicleOperation => "公务用车运行维护费",
        _ => "机关运行经费",
    };
    let word = printed_word(item, lines, words, config).unwrap_or_else(|| usual.to_owned());
    match measure {
        Measure::Budget => format!("预算数/{word}"),
        Measure::Final => format!("决算数/{word}"),
        _ => word,
    }
}

/// The words of the header that name an item: a cell's own, else the longest known name in the lines.
fn printed_word(item: Item, lines: &[TextLine<'_>], words: &[Chain], config: &Config) -> Option<String> {
    let names = |text: &str| {
        let key = item_key(&word_key(text));
        [Form::ThreePublic, Form::AgencyOperating].iter().any(|form| {
            config
                .items
                .find(&key, *form, Side::Expenditure)
                .is_some_and(|standard| standard.item == item)
        })
    };
    // “三公”经费预算数 heads all items; its total is the cell below it.
    let is_heading = |text: &str| item == Item::ThreePublicTotal && text.contains("预算数");
    let found = words
        .iter()
        .flatten()
        .map(|placed| placed.text.as_str())
        .filter(|text| names(&clean_name(text)) && !is_heading(text));
    let found = found.max_by_key(|text| text.chars().count());
    if let Some(found) = found {
        return Some(found.to_owned());
    }
    let joined: String = lines
        .iter()
        .flat_map(|line| {
            tokenise(&line.text)
                .into_iter()
                .map(|token| token.text.to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    let places: Vec<usize> = joined.char_indices().map(|(at, _)| at).chain([joined.len()]).collect();
    let longest = (2..=16.min(places.len())).rev();
    longest
        .flat_map(|length| places.windows(length))
        .map(|window| &joined[window[0]..window[window.len() - 1]])
        .find(|text| names(text))
        .map(str::to_owned)
}
