//! 部门决算公开相关信息统计表: procurement and agency operating costs; its counts of vehicles are no money.

use super::Draft;
use crate::codes::{Classification, Form, Item, Measure, RowKind, Scope, Side};
use crate::synth::disclosure::{Cell, Key, Table};
use crate::synth::prose::TruthFact;
use crate::synth::records::TruthRecord;

/// The form 公开10.
pub fn table(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::DisclosureStatistics;
    let [goods, works, services] = draft.figures.procurement;
    let agency = if draft.identity.scope == Scope::Department {
        draft.figures.operating()
    } else {
        0
    };
    let key = |name: &str, item| Key::new(FORM, Side::Expenditure, Classification::Summary, name).item(item);
    let mut total = key("合计", Item::ProcurementTotal);
    total.row_kind = RowKind::Total;
    let lines = [
        ("合计", total, goods + works + services),
        ("货物", key("货物", Item::ProcurementGoods), goods),
        ("工程", key("工程", Item::ProcurementWorks), works),
        ("服务", key("服务", Item::ProcurementServices), services),
        ("（一）行政单位", key("行政单位", Item::OperatingAdministrative), agency),
        (
            "（二）参照公务员法管理事业单位",
            key("参照公务员法管理事业单位", Item::OperatingCivilServiceManaged),
            0,
        ),
    ];
    let heading = |text: &str| vec![Cell::text(text), Cell::covered(), Cell::covered()];
    let mut table = Table::new(FORM, "部门决算公开相关信息统计表");
    table.number = Some("公开10表".to_owned());
    table.body = Some(format!(
        "{}名称：{}    {}年度",
        draft.identity.scope_word(),
        draft.identity.unit,
        draft.identity.year
    ));
    table.unit = Some("金额单位：万元".to_owned());
    table.rows.push(heading("一、政府采购情况"));
    table.rows.push(["项目", "行次", "统计数"].map(Cell::text).into());
    for (index, (label, key, yuan)) in lines.iter().enumerate() {
        if index == 4 {
            table.rows.push(heading("二、机关运行经费"));
        }
        let amount = draft.printer.cell(key, Measure::Amount, *yuan);
        table
            .rows
            .push(vec![Cell::text(*label), Cell::text((index + 1).to_string()), amount]);
    }
    table.rows.push(heading("三、国有资产占用情况"));
    let counts = [
        (
            "（一）车辆数合计（辆）",
            TruthFact::count("vehicles_total", 2, "2".to_owned(), "vehicle"),
        ),
        (
            "1.机要通信用车",
            TruthFact::count("vehicles_confidential_communication", 1, "1".to_owned(), "vehicle").about("机要通信用车"),
        ),
        (
            "2.其他用车",
            TruthFact::count("vehicles_other", 1, "1".to_owned(), "vehicle").about("其他用车"),
        ),
    ];
    for (index, (label, fact)) in counts.into_iter().enumerate() {
        let count = Cell {
            text: fact.value_text.clone(),
            record: Some(TruthRecord::Fact(Box::new(fact))),
            ..Cell::default()
        };
        table.rows.push(vec![Cell::text(label), Cell::text((index + 7).to_string()), count]);
    }
    table
        .notes
        .push("注：本表反映部门本年度政府采购、机关运行经费和国有资产占用情况。".to_owned());
    table
}
