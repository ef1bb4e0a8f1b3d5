//! “三公”经费: items that are columns, budget and final figures beside each other.

use crate::codes::{Form, Item, Measure};
use crate::synth::disclosure::{ABOVE, Table};
use crate::synth::forms::{Draft, three_public_row};
/// 财政拨款“三公”经费支出决算表.
pub(super) fn table(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::ThreePublic;
    let half = |figures: crate::synth::figures::ThreePublic| {
        [
            ("合计", Item::ThreePublicTotal, figures.total()),
            ("因公出国（境）费", Item::Overseas, figures.overseas),
            ("公务用车购置及运行维护费", Item::Vehicle, figures.vehicles()),
            ("公务用车购置费", Item::VehiclePurchase, figures.purchase),
            ("公务用车运行维护费", Item::VehicleOperation, figures.operation),
            ("公务接待费", Item::Reception, figures.reception),
        ]
    };
    let budget = three_public_row(draft, FORM, &half(draft.figures.three_public_budget), Measure::Budget);
    let spent = three_public_row(draft, FORM, &half(draft.figures.three_public), Measure::Final);
    let table = Table::new(FORM, "财政拨款“三公”经费支出决算表");
    if !numbered {
        let pairs = ["预算数|决算数"; 6].join("|");
        let mut table = table
            .header("合计||因公出国（境）费||公务用车购置及运行维护费||||||公务接待费|")
            .header(&format!("{0}|{0}|{0}|{0}|小计||公务用车购置费||公务用车运行维护费||{0}|{0}", ABOVE))
            .header(&pairs);
        table
            .rows
            .push(budget.into_iter().zip(spent).flat_map(|(budget, spent)| [budget, spent]).collect());
        return table;
    }
    let names = "合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费";
    let parts = format!("{0}|{0}|小计|公务用车购置费|公务用车运行维护费|{0}", ABOVE);
    let mut table = table
        .header("预算数||||||决算数|||||")
        .header(&format!("{names}|{names}"))
        .header(&format!("{parts}|{parts}"))
        .header("1|2|3|4|5|6|7|8|9|10|11|12");
    table.rows.push(budget.into_iter().chain(spent).collect());
    table
}
