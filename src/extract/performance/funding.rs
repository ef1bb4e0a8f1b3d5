//! The funding block of a project form → line items.

use std::sync::Arc;

use super::FormContext;
use crate::codes::{Classification, Item, Measure, RejectCode, RowKind, Side};
use crate::config::performance::FundingLine;
use crate::document::Position;
use crate::extract::Notes;
use crate::money::{MoneyCell, MoneyUnit, parse_cell, to_yuan};
use crate::tables::LineItem;
use crate::text::clean_name;

/// The item that a funding line is.
pub fn item_of(line: FundingLine) -> Item {
    match line {
        FundingLine::ImplementationPeriodTotal | FundingLine::AnnualTotal | FundingLine::Total => Item::FundingTotal,
        FundingLine::Fiscal | FundingLine::CurrentFiscal => Item::FiscalAppropriation,
        FundingLine::Carryover => Item::PriorYearCarryover,
        FundingLine::Central => Item::Central,
        FundingLine::Provincial => Item::Provincial,
        FundingLine::Municipal => Item::Municipal,
        FundingLine::SelfRaised => Item::SelfRaised,
        FundingLine::Other => Item::Other,
    }
}

/// A funding amount as printed.
pub struct Amount<'a> {
    /// The line that it stands on.
    pub line: FundingLine,
    /// Its label as printed.
    pub label: &'a str,
    /// What it counts.
    pub measure: Measure,
    /// As printed.
    pub text: &'a str,
    /// Where.
    pub position: Position,
    /// Which body row, 1-based.
    pub row: i32,
}

/// The line item of a funding amount; `None` where it is blank or no amount.
pub fn line_item(
    amount: &Amount<'_>,
    unit: MoneyUnit,
    project: Option<&str>,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> Option<LineItem> {
    let (number, unit) = match parse_cell(amount.text) {
        MoneyCell::Number(number, own) => (number, own.unwrap_or(unit)),
        MoneyCell::Bad(bad) => {
            notes.warn(
                RejectCode::BadAmount,
                format!("`{}` in the funding block {bad}; it was left out", amount.text.trim()),
                amount.position,
                Some(amount.label),
            );
            return None;
        }
        MoneyCell::Blank | MoneyCell::NotApplicable => return None,
    };
    let yuan = match to_yuan(number, unit) {
        Ok(yuan) => yuan,
        Err(bad) => {
            notes.warn(
                RejectCode::AmountRange,
                format!("`{}` in the funding block {bad}; it was left out", amount.text.trim()),
                amount.position,
                Some(amount.label),
            );
            return None;
        }
    };
    let item = item_of(amount.line);
    Some(LineItem {
        document_id: Arc::clone(&context.provenance.document_id),
        stage: context.stage,
        form: context.form,
        side: Side::Expenditure,
        row_kind: if item == Item::FundingTotal {
            RowKind::Total
        } else {
            RowKind::Item
        },
        classification: Classification::FundingSource,
        account_code: None,
        parent_code: None,
        account_name: clean_name(amount.label),
        account_text: amount.label.trim().to_owned(),
        counterpart_name: None,
        project_name: project.map(str::to_owned),
        item: Some(item),
        measure: amount.measure,
        amount: yuan,
        amount_text: amount.text.trim().to_owned(),
        money_unit: Arc::from(unit.text),
        column_header: Arc::from(header_of(amount.measure)),
        table_no: context.table_no,
        row_no: amount.row,
        line: amount.position.line_number(),
        page: amount.position.page_number(),
        sheet: None,
    })
}

/// The words that a measure of the funding block is printed under.
fn header_of(measure: Measure) -> &'static str {
    match measure {
        Measure::ImplementationPeriod => "实施期资金",
        Measure::Annual => "年度资金",
        Measure::TargetDeclared => "年初预算数/目标申报数",
        Measure::BudgetAllocated => "年初预算数/预算编制数",
        Measure::AnnualBudget => "全年预算数",
        Measure::Executed => "全年执行数",
        _ => "资金结(转)余",
    }
}
