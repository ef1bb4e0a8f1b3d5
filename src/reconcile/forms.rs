//! What must hold between the forms of one disclosure.

use std::collections::HashMap;

use super::Desk;
use super::book::{Book, Found, Row, Sheet, is_account};
use super::figure::Total;
use super::finding::Place;
use crate::codes::{CheckUnit, Code, Form, Item, Measure};
use crate::config::checks::{BlankColumn, Comparison, EqualColumns, Equation, Head, Line, LineIsColumn, Lines, SameSplit, Sum, Term};
use crate::tables::LineItem;

/// A side of an equation, looked up.
pub(super) struct Side<'a> {
    pub(super) total: Total<'a>,
    pub(super) first: Option<&'a LineItem>,
    pub(super) left_out: Option<i32>,
    /// Why it can't be told.
    pub(super) missing: Option<Missing<'a>>,
}

/// What a side lacks; it is put into words where it is said.
#[derive(Clone, Copy)]
pub(super) enum Missing<'a> {
    /// One figure, since several are printed.
    One(&'a Term),
    /// A figure.
    Term(&'a Term),
    /// All figures.
    All(&'a Sum),
}

impl<'a> Desk<'a> {
    /// The same account in two forms.
    pub(super) fn same(&mut self, rule: &SameSplit) {
        let book = self.book;
        let others = Twins::of(book, rule.forms[1]);
        for sheet in book.of_form(rule.forms[0]) {
            for row in sheet
                .rows
                .iter()
                .filter(|row| is_account(row) || row.first().item == Some(Item::Total))
            {
                let Some((other, twin)) = others.twin(row) else {
                    continue;
                };
                let (Some(mine), Some(theirs)) = (row.item(rule.given), twin.item(rule.given)) else {
                    continue;
                };
                if !Total::one(sheet.figure(mine)).agrees(&Total::one(other.figure(theirs))) {
                    continue;
                }
                for measure in &rule.measures {
                    self.pair(rule.head(), (sheet, row.item(*measure)), (other, twin.item(*measure)));
                }
            }
        }
    }

    /// Two columns, account by account.
    pub(super) fn equal(&mut self, rule: &EqualColumns) {
        let book = self.book;
        let with_accounts = |form: Form| book.of_form(form).find(|sheet| sheet.rows.iter().any(is_account));
        let (Some(left), right) = (with_accounts(rule.left.form), with_accounts(rule.right.form)) else {
            return;
        };
        let Some(right) = right else {
            return self.equal_to_nothing(rule, left);
        };
        let (mine, theirs) = (column(left, rule.left.measure), column(right, rule.right.measure));
        if rule.if_totals_agree {
            let total = |sheet: &Sheet<'a>, measure| {
                sheet
                    .line(Item::Total)
                    .and_then(|row| row.item(measure))
                    .map(|item| sheet.figure(item))
            };
            match (total(left, mine), total(right, theirs)) {
                (Some(a), Some(b)) if Total::one(a).agrees(&Total::one(b)) => {}
                _ => return,
            }
        }
        // Only levels (类, 款, 项) that both forms print can be compared.
        let prints = |sheet: &Sheet<'_>, length: usize| {
            let mut codes = sheet.rows.iter().filter(|row| is_account(row)).filter_map(|row| row.code);
            codes.any(|code| code.len() == length)
        };
        let shared: Vec<usize> = (1..=7).filter(|length| prints(left, *length) && prints(right, *length)).collect();
        let is_shared = |row: &&Row<'_>| row.code.is_none_or(|code| shared.contains(&code.len()));
        for row in left.rows.iter().filter(|row| is_account(row)).filter(is_shared) {
            let amount = row.item(mine);
            let other = twin(right, row).and_then(|twin| twin.item(theirs));
            self.pair(rule.head(), (left, amount), (right, other));
        }
        // Accounts that only the other form has.
        for row in right.rows.iter().filter(|row| is_account(row)).filter(is_shared) {
            if twin(left, row).is_none() && row.code.is_some() {
                self.pair(rule.head(), (left, None), (right, row.item(theirs)));
            }
        }
    }

    /// The other form prints no account: it has to be empty, then, in this column.
    fn equal_to_nothing(&mut self, rule: &EqualColumns, left: &'a Sheet<'a>) {
        let measure = column(left, rule.left.measure);
        let total = [Item::Total, Item::CurrentExpenditureTotal]
            .into_iter()
            .find_map(|item| left.line(item));
        let Some(amount) = total.and_then(|row| row.item(measure)).filter(|item| item.amount.cents() != 0) else {
            return;
        };
        if self.book.has(rule.right.form) {
            let total = Total::one(left.figure(amount));
            let lost = self
                .book
                .of_form(rule.right.form)
                .find_map(|sheet| sheet.left_out)
                .or(self.lost_in(rule.right.form));
            self.findings.compare(
                rule.head(),
                Place::of(amount),
                (&total, Comparison::Equal, &Total::default()),
                CheckUnit::Yuan,
                lost,
            );
        } else {
            self.absent(rule.head(), rule.right.form);
        }
    }

    /// Compares an amount with its twin; a zero and a blank say the same here.
    fn pair(&mut self, head: Head<'_>, mine: (&Sheet<'a>, Option<&'a LineItem>), theirs: (&Sheet<'a>, Option<&'a LineItem>)) {
        let total =
            |(sheet, item): (&Sheet<'a>, Option<&'a LineItem>)| item.map_or_else(Total::default, |item| Total::one(sheet.figure(item)));
        let (left, right) = (total(mine), total(theirs));
        let Some(item) = mine.1.or(theirs.1) else { return };
        if (left.is_blank() || right.is_blank()) && left.cents == 0 && right.cents == 0 {
            return;
        }
        let lost = mine.0.left_out.or(theirs.0.left_out);
        self.findings
            .compare(head, Place::of(item), (&left, Comparison::Equal, &right), CheckUnit::Yuan, lost);
    }

    /// Lines of a summary that are columns of a total row.
    pub(super) fn line(&mut self, rule: &LineIsColumn) {
        let book = self.book;
        for (item, measure) in &rule.pairs {
            let line = book.of_form(rule.line).find_map(|sheet| {
                Some((
                    sheet,
                    sheet
                        .rows
                        .iter()
                        .find_map(|row| (row.line == Some(*item)).then(|| row.principal()).flatten())?,
                ))
            });
            let total = |sheet: &'a Sheet<'a>| {
                let items = [Item::Total, Item::ExpenditureTotal, Item::CurrentExpenditureTotal];
                items.into_iter().find_map(|item| {
                    let rows = sheet.rows.iter().filter(move |row| row.line == Some(item));
                    rows.filter_map(|row| row.item(*measure)).next()
                })
            };
            let column = book.of_form(rule.total).find_map(|sheet| Some((sheet, total(sheet)?)));
            if let (Some((sheet, line)), Some((other, column))) = (line, column) {
                self.pair(rule.head(), (sheet, Some(line)), (other, Some(column)));
            }
        }
    }

    /// Columns of a source that brings in nothing.
    pub(super) fn blank(&mut self, rule: &BlankColumn) {
        let book = self.book;
        let Some(summary) = book.of_form(rule.line).next() else { return };
        let brings = |item: &Item| {
            let line = summary.line(*item).and_then(Row::principal);
            line.is_some_and(|item| item.amount.cents() != 0)
        };
        let carries = [Item::PriorYearCarryover, Item::SurplusUsed].iter().any(brings);
        // 财政拨款 in one line says nothing of its parts, nor 事业收入 and the like of 单位资金, whose parts they are.
        let funds = [Item::GeneralPublicBudget, Item::GovernmentFund, Item::StateCapital];
        let is_unsplit = brings(&Item::FiscalAppropriation) && funds.iter().all(|item| summary.line(*item).is_none());
        let own = [
            Item::SuperiorSubsidy,
            Item::Institutional,
            Item::Business,
            Item::AffiliatedRemittance,
            Item::Other,
        ];
        let has_own = own.iter().any(brings);
        // The form has the line only where one of its kind is printed at all.
        let has_lines = rule.pairs.iter().any(|(item, _)| summary.line(*item).is_some());
        if carries || !has_lines || summary.left_out.is_some() {
            return;
        }
        for (item, measure) in &rule.pairs {
            if brings(item) || is_unsplit && funds.contains(item) || has_own && *item == Item::UnitFunds {
                continue;
            }
            for sheet in book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
                let column = sheet.rows.iter().filter_map(|row| row.item(*measure));
                if let Some(amount) = column.clone().find(|amount| amount.amount.cents() != 0) {
                    let total = Total::one(sheet.figure(amount));
                    let sides = (&total, Comparison::Equal, &Total::default());
                    self.findings
                        .compare(rule.head(), Place::of(amount), sides, CheckUnit::Yuan, sheet.left_out);
                }
            }
        }
    }

    /// Equations between lines.
    pub(super) fn lines(&mut self, rule: &'a Lines) {
        let is_printed = |term: &Term| self.book.find(term, None).total.cents != 0;
        if rule.unless.iter().any(is_printed) {
            return;
        }
        let before = self.findings.checks.len();
        let mut unmet = Vec::new();
        for equation in &rule.equations {
            unmet.extend(self.equation(rule.head(), equation, rule.due));
        }
        // A rule has an equation for each shape that a form may have: those of other shapes say nothing once one applied.
        if self.findings.checks.len() == before
            && let Some((place, why)) = unmet.into_iter().next()
        {
            let why = self.why(why);
            self.findings.not_applicable(rule.head(), place, why);
        }
    }

    /// Evaluates an equation; where it cannot be, says why.
    fn equation(&mut self, head: Head<'_>, equation: &'a Equation, due: bool) -> Option<(Place<'a>, Missing<'a>)> {
        let left = self.side(&equation.left);
        let sides: Vec<Side<'a>> = equation.right.iter().map(|sum| self.side(sum)).collect();
        let place = left.first.map_or_else(Place::default, Place::of);
        let is_due = due || equation.comparison == Comparison::Implies;
        if is_due && left.missing.is_none() && left.total.cents != 0 && self.prints_nothing(&sides, &equation.right) {
            let lost = left.left_out.or(sides.iter().find_map(|side| side.left_out));
            let sides = (&left.total, equation.comparison, &Total::default());
            self.findings.compare(head, place, sides, CheckUnit::Yuan, lost);
            return None;
        }
        let why = || {
            let usable = sides.iter().any(|side| side.missing.is_none());
            let why = sides.iter().find_map(|side| side.missing).filter(|_| !usable);
            left.missing.or(why)
        };
        if let Some(why) = why() {
            return Some((place, why));
        }
        let usable = || sides.iter().filter(|side| side.missing.is_none());
        let holds = |side: &&Side<'a>| match equation.comparison {
            Comparison::Equal => left.total.agrees(&side.total),
            Comparison::AtMost => left.total.is_within(&side.total),
            Comparison::Implies => true,
        };
        let best = usable().find(holds).or_else(|| usable().next())?;
        let lost = left.left_out.or(best.left_out);
        let sides = (&left.total, equation.comparison, &best.total);
        self.findings.compare(head, place, sides, CheckUnit::Yuan, lost);
        None
    }

    /// Whether the form of a side has amounts and none of those that are due.
    pub(super) fn prints_nothing(&self, sides: &[Side<'a>], sums: &[Sum]) -> bool {
        let has_amounts = |term: &Term| matches!(term.line, Line::Form { form, .. } if self.book.of_form(form).next().is_some());
        sides.iter().all(|side| side.first.is_none()) && sums.iter().flat_map(|sum| &sum.terms).any(|(_, term)| has_amounts(term))
    }

    /// Looks up a side. A required term that is not printed makes it unusable, as does one of which the forms print several.
    pub(super) fn side(&self, sum: &'a Sum) -> Side<'a> {
        self.side_of(sum, None)
    }

    /// As [`Desk::side`], with the class that a fact is about.
    pub(super) fn side_of(&self, sum: &'a Sum, class: Option<&str>) -> Side<'a> {
        let mut side = Side {
            total: Total::default(),
            first: None,
            left_out: None,
            missing: None,
        };
        for (sign, term) in &sum.terms {
            let Found {
                total,
                first,
                several,
                left_out,
            } = self.book.find(term, class);
            if several {
                side.missing = Some(Missing::One(term));
            } else if first.is_none() && !term.optional && side.missing.is_none() {
                side.missing = Some(Missing::Term(term));
            }
            side.first = side.first.or(first);
            side.left_out = side.left_out.or(left_out);
            for (own, figure) in total.figures {
                side.total.add(own * sign, figure);
            }
        }
        if side.first.is_none() && side.missing.is_none() {
            side.missing = Some(Missing::All(sum));
        }
        side
    }

    /// Why a side can't be told, in words.
    pub(super) fn why(&self, missing: Missing<'_>) -> String {
        let term = match missing {
            Missing::One(term) => return format!("{} is printed several times with different figures", term.text),
            Missing::All(sum) => {
                let terms: Vec<&str> = sum.terms.iter().map(|(_, term)| term.text.as_str()).collect();
                return format!("none of {} is printed", terms.join(", "));
            }
            Missing::Term(term) => term,
        };
        match &term.line {
            Line::Form { form, .. } if !self.book.has(*form) => format!("the disclosure has no form {}", form.code()),
            Line::Form { form, .. } if self.book.of_form(*form).next().is_none() => format!("the form {} is empty", form.code()),
            _ => format!("{} is not printed", term.text),
        }
    }

    fn absent(&mut self, head: Head<'_>, form: Form) {
        let why = if self.book.has(form) {
            "prints no accounts"
        } else {
            "is not in the disclosure"
        };
        let place = Place {
            form: Some(form),
            ..Place::default()
        };
        self.findings.not_applicable(head, place, format!("the form {} {why}", form.code()));
    }

    /// A line in a table of a form of which amounts were left out, where it has none at all.
    fn lost_in(&self, form: Form) -> Option<i32> {
        let tables = &self.extraction.tables;
        let at = self.book.first_table(form)?;
        let first = tables[at].line.unwrap_or(0);
        let end = tables.get(at + 1).and_then(|table| table.line).unwrap_or(i32::MAX);
        let mut rejects = self.extraction.rejects.iter().filter_map(|reject| reject.line);
        rejects.find(|line| (first..end).contains(line))
    }
}

/// The same account of another table; the total row's twin is the total of this year's expenditure.
fn twin<'s, 'a>(sheet: &'s Sheet<'a>, row: &Row<'_>) -> Option<&'s Row<'a>> {
    match row.code {
        Some(code) => sheet.account(code),
        None => row.first().item.and_then(|item| sheet.line(item)),
    }
}

/// The accounts of a form, each in the first table that has it.
struct Twins<'a> {
    by_code: HashMap<&'a str, &'a Sheet<'a>, foldhash::fast::RandomState>,
    by_line: HashMap<Item, &'a Sheet<'a>, foldhash::fast::RandomState>,
}

impl<'a> Twins<'a> {
    fn of(book: &'a Book<'a>, form: Form) -> Self {
        let (mut by_code, mut by_line) = (HashMap::default(), HashMap::default());
        for sheet in book.of_form(form) {
            for row in &sheet.rows {
                row.code.map(|code| by_code.entry(code).or_insert(sheet));
                row.line.map(|line| by_line.entry(line).or_insert(sheet));
            }
        }
        Self { by_code, by_line }
    }

    /// The same account in the first table that has it.
    fn twin(&self, row: &Row<'_>) -> Option<(&'a Sheet<'a>, &'a Row<'a>)> {
        let sheet = match row.code {
            Some(code) => self.by_code.get(code),
            None => row.first().item.and_then(|item| self.by_line.get(&item)),
        }?;
        Some((sheet, twin(sheet, row)?))
    }
}

/// The measure that a table prints a column under: the total of a form with one column is its only amount.
fn column(sheet: &Sheet<'_>, measure: Measure) -> Measure {
    if measure == Measure::Total && !sheet.measures.contains(&Measure::Total) {
        Measure::Amount
    } else {
        measure
    }
}
