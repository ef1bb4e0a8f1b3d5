//! Figures of the narrative: against the tables, against each other, and percents against their amounts.

use std::collections::HashMap;

use super::Desk;
use super::figure::{Figure, Total, yuan};
use super::finding::Place;
use super::forms::Side;
use crate::codes::{CheckStatus, CheckUnit};
use crate::config::checks::{Comparison, Equation, Head, Line, Percent, PercentOf, Stated, StatedSum, Weight};
use crate::tables::Fact;
use crate::text::compact;

impl<'a> Desk<'a> {
    /// Stated figures that repeat a table's.
    pub(super) fn stated(&mut self, rule: &'a Stated) {
        for equation in &rule.equations {
            let Some(name) = fact_name(equation) else { continue };
            // What the tables say of a class is the same for all facts about it.
            let mut tables: HashMap<Option<&str>, Vec<Side<'a>>> = HashMap::new();
            for fact in self.of_this_year(name) {
                let class = fact
                    .subject
                    .as_deref()
                    .and_then(|subject| self.config.accounts.functional_class(&compact(subject)));
                let sides = tables
                    .entry(class)
                    .or_insert_with(|| equation.right.iter().map(|sum| self.side_of(sum, class)).collect());
                self.against_tables(rule, equation, fact, sides);
            }
        }
    }

    /// The facts of this name that state an amount of this year.
    fn of_this_year(&self, name: &str) -> Vec<&'a Fact> {
        let year = self.extraction.partition.year;
        let is_wanted =
            |fact: &&Fact| fact.fact == name && fact.comparison.is_none() && (fact.fact_year.is_none() || fact.fact_year == year);
        self.extraction.facts.iter().filter(is_wanted).collect()
    }

    fn against_tables(&mut self, rule: &Stated, equation: &'a Equation, fact: &'a Fact, sides: &[Side<'a>]) {
        let head = rule.head();
        let Some(figure) = self.book.stated(fact) else { return };
        let left = Total::one(figure);
        let usable: Vec<&Side<'a>> = sides.iter().filter(|side| side.missing.is_none()).collect();
        let place = place_of(fact);
        let Some(first) = usable.first() else {
            // What is stated to be nothing is blank in the tables.
            if figure.cents != 0 && rule.due && self.prints_nothing(sides, &equation.right) {
                let lost = sides.iter().find_map(|side| side.left_out);
                let sides = (&left, equation.comparison, &Total::default());
                self.findings.compare(head, place, sides, CheckUnit::Yuan, lost);
            } else if figure.cents != 0 {
                let why = sides.iter().find_map(|side| side.missing);
                let why = why.map(|missing| self.why(missing)).unwrap_or_default();
                self.findings.not_applicable(head, place, why);
            }
            return;
        };
        let holds = |side: &&Side<'a>| match equation.comparison {
            Comparison::Equal => left.agrees(&side.total),
            Comparison::AtMost => left.is_within(&side.total),
            Comparison::Implies => true,
        };
        let best = usable.iter().copied().find(holds).unwrap_or(first);
        self.findings.compare(
            head,
            place,
            (&left, equation.comparison, &best.total),
            CheckUnit::Yuan,
            best.left_out,
        );
    }

    /// Stated figures of one section that add up.
    pub(super) fn stated_sum(&mut self, rule: &StatedSum) {
        let facts = &self.extraction.facts;
        for equation in &rule.equations {
            let Some(name) = fact_name(equation) else { continue };
            for (at, fact) in facts
                .iter()
                .enumerate()
                .filter(|(_, fact)| fact.fact == name && fact.comparison.is_none())
            {
                let Some(figure) = self.book.stated(fact) else { continue };
                let mut right = Total::default();
                let mut is_whole = true;
                for (sign, term) in &equation.right[0].terms {
                    let Line::Fact(part) = &term.line else { continue };
                    match self.facts.nearest(at, part, None).and_then(|part| self.book.stated(part)) {
                        Some(figure) => right.add(*sign, figure),
                        None => is_whole &= term.optional,
                    }
                }
                if is_whole && !right.is_blank() {
                    let sides = (&Total::one(figure), Comparison::Equal, &right);
                    self.findings.compare(rule.head(), place_of(fact), sides, CheckUnit::Yuan, None);
                }
            }
        }
    }

    /// Stated percents.
    pub(super) fn percent(&mut self, rule: &Percent) {
        let facts = &self.extraction.facts;
        for of in &rule.percents {
            for (at, fact) in facts
                .iter()
                .enumerate()
                .filter(|(_, fact)| fact.fact == of.percent && fact.unit == "percent")
            {
                self.one_percent(rule.head(), of, at, fact);
            }
        }
    }

    fn one_percent(&mut self, head: Head<'_>, of: &PercentOf, at: usize, fact: &'a Fact) {
        let place = place_of(fact);
        let part = self
            .facts
            .nearest(at, &of.part, fact.subject.as_deref())
            .and_then(|part| self.book.stated(part));
        let wholes: Vec<Figure<'a>> = of
            .whole
            .iter()
            .filter_map(|whole| self.facts.nearest(at, whole, None))
            .filter_map(|whole| self.book.stated(whole))
            .collect();
        let (Some(part), Some(value)) = (part, fact.value) else {
            return self
                .findings
                .not_applicable(head, place, format!("{} is not stated beside it", of.part));
        };
        if wholes.is_empty() {
            return self
                .findings
                .not_applicable(head, place, format!("{} is not stated beside it", of.whole.join(" or ")));
        }
        let ratios: Vec<(Figure<'a>, Ratio)> = wholes
            .into_iter()
            .filter_map(|whole| Some((whole, Ratio::of(part, whole, of.of_year_before)?)))
            .collect();
        // Facts have four places, ratios here too.
        let half = half_place(&fact.value_text);
        let holds = |(_, ratio): &&(Figure<'a>, Ratio)| value.0 >= ratio.least - half && value.0 <= ratio.most + half;
        let Some(best) = ratios.iter().find(holds).or(ratios.first()) else {
            return self.findings.not_applicable(head, place, "it is a share of nothing".into());
        };
        let (whole, ratio) = best;
        let off = (value.0 - ratio.most).max(ratio.least - value.0).max(0);
        // Shares are cut off, or adjusted by one so that they add up to 100: worth a look, no contradiction.
        let is_close = off <= 3 * half;
        let status = match (off <= half, head.severity) {
            (true, _) => CheckStatus::Pass,
            (false, Weight::Error) if !is_close => CheckStatus::Fail,
            (false, _) => CheckStatus::Notice,
        };
        let line = |line: Option<i32>| line.map_or_else(String::new, |line| format!(" (line {line})"));
        let message = format!(
            "{}{} {} {}{} ÷ {}{}{} = {}.{:04}%{}",
            fact.value_text,
            line(fact.line),
            if status == CheckStatus::Pass { "=" } else { "≠" },
            part.text,
            line(part.line),
            whole.text,
            if of.of_year_before { " less the change" } else { "" },
            line(whole.line),
            if ratio.exact < 0 {
                format!("-{}", -ratio.exact / 10_000)
            } else {
                (ratio.exact / 10_000).to_string()
            },
            ratio.exact.abs() % 10_000,
            if status == CheckStatus::Notice {
                ": cut off, not rounded"
            } else {
                ""
            },
        );
        self.findings.note(head, place, true, CheckUnit::Percent, message);
        if let Some(check) = self.findings.checks.last_mut() {
            check.status = status;
            check.left = yuan(value.0 / 100);
            check.right = yuan(rounded(ratio.exact));
            check.difference = yuan(value.0 / 100 - rounded(ratio.exact));
            check.tolerance = yuan(((ratio.most - ratio.least) / 2 + half) / 100);
            check.right_line = part.line;
        }
    }
}

/// The fact on the left of an equation.
fn fact_name(equation: &Equation) -> Option<&str> {
    match equation.left.terms.as_slice() {
        [(_, term)] => match &term.line {
            Line::Fact(name) => Some(name),
            Line::Form { .. } => None,
        },
        _ => None,
    }
}

pub(super) fn place_of(fact: &Fact) -> Place<'_> {
    Place {
        subject: fact.subject.as_deref().unwrap_or(&fact.fact),
        table_no: fact.table_no,
        row_no: fact.row_no,
        line: fact.line,
        page: fact.page,
        sheet: fact.sheet.as_ref(),
        ..Place::default()
    }
}

/// A percent with four places, and the range that the rounding of its amounts leaves it.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    exact: i128,
    least: i128,
    most: i128,
}

impl Ratio {
    fn of(part: Figure<'_>, whole: Figure<'_>, of_year_before: bool) -> Option<Self> {
        // Twice the amounts, so that half a step is a whole number.
        let (p, w) = (part.cents * 2, whole.cents * 2);
        let base = if of_year_before { w - p } else { w };
        let percent = |part: i128, base: i128| (base != 0).then(|| part.checked_mul(1_000_000).map(|part| part / base)).flatten();
        let slack = whole.step + if of_year_before { part.step } else { 0 };
        if base.abs() <= slack {
            return None;
        }
        let exact = percent(p, base)?;
        let corners = [
            percent(p - part.step, base - slack)?,
            percent(p - part.step, base + slack)?,
            percent(p + part.step, base - slack)?,
            percent(p + part.step, base + slack)?,
        ];
        Some(Self {
            exact,
            // A division cuts off less than one of the last place.
            least: corners.iter().copied().min()? - 1,
            most: corners.iter().copied().max()? + 1,
        })
    }
}

/// Half of the last place of a printed percent, in ten-thousandths.
fn half_place(text: &str) -> i128 {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let places = number.rsplit_once('.').map_or(0, |(_, fraction)| fraction.len()).min(4);
    10i128.pow(4 - u32::try_from(places).unwrap_or(4)) / 2
}

/// Ten-thousandths as hundredths, rounded half away from zero.
fn rounded(value: i128) -> i128 {
    (value.abs() + 50) / 100 * value.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wan(hundredths: i128) -> Figure<'static> {
        Figure {
            cents: hundredths * 10_000,
            step: 10_000,
            text: "",
            unit: "",
            line: None,
        }
    }

    #[test]
    fn shares_and_changes_are_exact_but_for_rounding() {
        let share = Ratio::of(wan(72_397), wan(133_244), false).unwrap();
        assert_eq!(rounded(share.exact), 5_433);
        let change = Ratio::of(wan(-18_815), wan(133_244), true).unwrap();
        assert_eq!(rounded(change.exact), -1_237);
        assert!(Ratio::of(wan(100), wan(100), true).is_none());
        // 0.01 of 0.03 may be anything from 14 to 60 %.
        let small = Ratio::of(wan(1), wan(3), false).unwrap();
        assert!(small.least <= 142_857 && small.most >= 600_000);
    }

    #[test]
    fn a_percent_is_as_fine_as_it_is_printed() {
        assert_eq!([half_place("12.37%"), half_place("17.8%"), half_place("12%")], [50, 500, 5_000]);
    }
}
