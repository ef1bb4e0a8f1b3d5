//! Which account a row, or a column, of a form is.

use super::{Half, TableReader};
use crate::account::{self, PrintedAccount, leading_code, printed_account};
use crate::codes::{Classification, Form, Item, RowKind, Side};
use crate::config::{item_key, word_key};
use crate::document::GridRow;
use crate::money::{MoneyCell, parse_cell};
use crate::text::{clean_name, is_space};

/// What an account of a row is.
pub(super) struct Account {
    pub(super) code: Option<String>,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) kind: RowKind,
    pub(super) classification: Classification,
    pub(super) item: Option<Item>,
    pub(super) project: Option<String>,
}

impl TableReader<'_, '_, '_, '_, '_> {
    /// The account that the cells of one group name.
    pub(super) fn account(&self, row: &GridRow<'_>, number: i32, side: &Half<'_>) -> Account {
        let cell = |column: usize| row.cells.get(column).map_or("", |cell| cell.as_ref());
        let parts: Vec<&str> = side.code_columns.iter().map(|column| cell(*column)).collect();
        let PrintedAccount { mut code, name: text } = printed_account(&parts, side.name_column.map_or("", cell));
        let mut name = clean_name(&text);
        let form = self.table.spec.form;
        let config = self.context.config;
        if matches!(form, Form::ProjectExpenditure | Form::ProjectCarryover) {
            name = clean_name(&wrapped_tail_behind(&text));
        } else if code.is_none()
            && let Some((leading, rest)) = leading_code(&name)
        {
            (code, name) = (Some(leading.to_owned()), clean_name(rest));
        }
        let key = item_key(&name);
        let standard = config.items.find(&key, form, side.side);
        let is_total = config.items.is_total(&key);
        let class = config.accounts.functional_class(&key).filter(|_| side.side == Side::Expenditure);
        drop(key);
        let usual = if form == Form::StateCapital && side.side == Side::Revenue {
            Classification::Revenue
        } else {
            self.table.spec.classification
        };
        let mut account = Account {
            classification: code.as_deref().and_then(account::classification).unwrap_or(usual),
            code,
            text,
            kind: RowKind::Item,
            item: None,
            project: None,
            name,
        };
        if let Some(standard) = standard {
            let part = side.below_carryover.then(|| config.items.carryover_part(standard.item)).flatten();
            account.item = Some(part.unwrap_or(standard.item));
            account.kind = standard.kind;
            account.classification = standard.classification;
        } else if matches!(form, Form::Summary | Form::AppropriationSummary) {
            if let Some(class) = class {
                account.code = Some(class.to_owned());
                account.classification = Classification::Functional;
            }
        } else if account.code.is_none() && (is_total || self.is_unnamed_total(row, number, side, &account)) {
            account.kind = RowKind::Total;
            account.item = Some(Item::Total);
        }
        if matches!(form, Form::ProjectExpenditure | Form::ProjectCarryover) && account.kind == RowKind::Item {
            if self
                .headings
                .get(usize::try_from(number - 1).unwrap_or(0))
                .copied()
                .unwrap_or(false)
            {
                account.kind = RowKind::Total;
                account.classification = Classification::Unit;
            } else {
                account.project = Some(account.name.clone()).filter(|name| !name.is_empty());
            }
        }
        account
    }

    /// The first row of a classified form that prints neither code nor name but figures is its total.
    fn is_unnamed_total(&self, row: &GridRow<'_>, number: i32, side: &Half<'_>, account: &Account) -> bool {
        number == 1
            && account.name.is_empty()
            && matches!(
                self.table.spec.classification,
                Classification::Functional | Classification::EconomicDepartment | Classification::Revenue
            )
            && side.group.columns.clone().any(|column| {
                row.cells
                    .get(column)
                    .is_some_and(|cell| matches!(parse_cell(cell), MoneyCell::Number(..)))
            })
    }

    /// The account of a column that is an item of its own (“三公” forms whose items are columns).
    pub(super) fn item_column(&self, item: Item, header: &str) -> (Form, Account) {
        let form = if item == Item::AgencyOperating {
            Form::AgencyOperating
        } else {
            self.table.spec.form
        };
        let levels: Vec<&str> = header.split('/').collect();
        let config = self.context.config;
        let text = levels
            .iter()
            .rev()
            .find(|level| {
                config
                    .items
                    .find(&item_key(&word_key(level)), form, Side::Expenditure)
                    .is_some_and(|found| found.item == item)
            })
            .copied()
            .unwrap_or_default();
        let standard = config.items.find(&item_key(&word_key(text)), form, Side::Expenditure);
        let account = Account {
            code: None,
            name: clean_name(text),
            text: text.to_owned(),
            kind: standard.map_or(RowKind::Item, |standard| standard.kind),
            classification: standard.map_or(Classification::ThreePublic, |standard| standard.classification),
            item: Some(item),
            project: None,
        };
        (form, account)
    }
}

impl Account {
    /// A copy for one more amount.
    pub(super) fn share(&self) -> Self {
        Self {
            code: self.code.clone(),
            name: self.name.clone(),
            text: self.text.clone(),
            kind: self.kind,
            classification: self.classification,
            item: self.item,
            project: self.project.clone(),
        }
    }
}

/// A name that wrapped in its cell, its tail printed in front: `等 J老干部活动室水电费` is `J老干部活动室水电费等`. Names of projects begin
/// with the letters of their kind (J, Z, XM, QT), tails never do.
fn wrapped_tail_behind(text: &str) -> String {
    let trimmed = text.trim_matches(is_space);
    if let Some((tail, name)) = trimmed.split_once(is_space) {
        let name = name.trim_matches(is_space);
        let letters = name.bytes().take_while(u8::is_ascii_uppercase).count();
        let tail_is_text = tail.chars().count() <= 6 && tail.chars().all(|c| !c.is_ascii_alphanumeric());
        if tail_is_text
            && (1..=3).contains(&letters)
            && name[letters..].starts_with(|c: char| !c.is_ascii_alphabetic())
            && !name.contains(is_space)
        {
            return format!("{name}{tail}");
        }
    }
    trimmed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_in_front_goes_behind() {
        assert_eq!(wrapped_tail_behind("等 J老干部活动室水电及取暖费"), "J老干部活动室水电及取暖费等");
        assert_eq!(wrapped_tail_behind("费 Z中小企业公共服务平台运维"), "Z中小企业公共服务平台运维费");
        assert_eq!(wrapped_tail_behind("J 电子政务专项经费"), "J 电子政务专项经费");
        assert_eq!(wrapped_tail_behind("购置 办公设备"), "购置 办公设备");
    }
}
