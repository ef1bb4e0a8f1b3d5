//! Which columns and rows of an XLSX workbook's sheets are hidden, and whether zeros are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::Package;

/// What of a sheet is not shown. Numbers are counted from 0.
#[derive(Debug, Default, Clone)]
pub struct Hidden {
    /// Columns.
    pub columns: Vec<RangeInclusive<u32>>,
    /// Rows.
    pub rows: BTreeSet<u32>,
    /// Zeros.
    pub zeros: bool,
}

impl Hidden {
    /// Whether a column is not shown.
    pub fn has_column(&self, column: u32) -> bool {
        self.columns.iter().any(|range| range.contains(&column))
    }
}

/// What is hidden, by the name of the sheet.
pub fn hidden(package: &mut Package<'_>) -> BTreeMap<String, Hidden> {
    let targets: BTreeMap<String, String> = elements(&package.part("xl/_rels/workbook.xml.rels").unwrap_or_default(), "Relationship")
        .into_iter()
        .filter_map(|mut element| Some((element.remove("Id")?, element.remove("Target")?)))
        .collect();
    let sheets = elements(&package.part("xl/workbook.xml").unwrap_or_default(), "sheet");
    let mut found = BTreeMap::new();
    for mut sheet in sheets {
        let (Some(name), Some(id)) = (sheet.remove("name"), sheet.remove("id")) else {
            continue;
        };
        let Some(target) = targets.get(&id) else { continue };
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        if let Some(text) = package.part(&path) {
            found.insert(name, of_sheet(&text));
        }
    }
    found
}

/// The elements of a name with their attributes, without prefixes.
fn elements(xml: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == name => found.push(attributes(&element)),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

fn attributes(element: &BytesStart<'_>) -> BTreeMap<String, String> {
    element
        .attributes()
        .flatten()
        .map(|attribute| {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            (
                attribute.key.local_name().as_ref().to_owned(),
                value.map(std::borrow::Cow::into_owned).unwrap_or_default(),
            )
        })
        .collect()
}

fn of_sheet(xml: &str) -> Hidden {
    let mut hidden = Hidden::default();
    let is_on =
        |attributes: &BTreeMap<String, String>, name: &str| attributes.get(name).is_some_and(|value| value == "1" || value == "true");
    // Most sheets hide nothing; they are not read twice.
    let (head, body) = xml.split_at(xml.find("<sheetData").unwrap_or(xml.len()));
    for view in elements(head, "sheetView") {
        hidden.zeros |= view.get("showZeros").is_some_and(|value| value == "0" || value == "false");
    }
    let number = |attributes: &BTreeMap<String, String>, name: &str| attributes.get(name)?.parse::<u32>().ok()?.checked_sub(1);
    for column in elements(head, "col").iter().filter(|column| is_on(column, "hidden")) {
        if let (Some(from), Some(to)) = (number(column, "min"), number(column, "max")) {
            hidden.columns.push(from..=to);
        }
    }
    if body.contains(" hidden=\"") {
        let rows = elements(body, "row");
        hidden.rows = rows
            .iter()
            .filter(|row| is_on(row, "hidden"))
            .filter_map(|row| number(row, "r"))
            .collect();
    }
    hidden
}
