//! What is printed of each project: its row in the project tables, its own form, scores and weights.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Desk;
use super::book::{Row, Sheet};
use super::figure::{Figure, Total};
use super::finding::Place;
use crate::codes::{CheckUnit, Form, Item, Measure, RowKind};
use crate::config::checks::{Comparison, ProjectFigures, ProjectRule};
use crate::tables::{Indicator, Project};
use crate::text::compact;

/// Points that the execution rate counts for where the weights of the indicators are 90.
const RATE_POINTS: i128 = 10;

impl<'a> Desk<'a> {
    /// What is printed of each project.
    pub(super) fn project(&mut self, rule: &ProjectRule) {
        if rule.compare == ProjectFigures::Funding {
            return self.funding(rule);
        }
        if rule.compare == ProjectFigures::Count {
            let forms = self
                .extraction
                .projects
                .iter()
                .filter(|project| rule.forms.contains(&project.form))
                .count();
            return self.project_count(rule.head(), forms);
        }
        let mut indicators_of: HashMap<i32, Vec<&Indicator>> = HashMap::new();
        for indicator in &self.extraction.indicators {
            indicators_of.entry(indicator.project_no).or_default().push(indicator);
        }
        for project in self.extraction.projects.iter().filter(|project| rule.forms.contains(&project.form)) {
            let indicators = indicators_of.get(&project.project_no).map_or(&[][..], Vec::as_slice);
            match rule.compare {
                ProjectFigures::ExecutionRate => self.execution_rate(rule, project),
                ProjectFigures::Score => self.score(rule, project, indicators),
                ProjectFigures::Weights => self.weights(rule, project, indicators),
                ProjectFigures::Funding | ProjectFigures::Count => {}
            }
        }
    }

    /// The annual funding of a target form and the project's rows in the project tables.
    fn funding(&mut self, rule: &ProjectRule) {
        let book = self.book;
        let in_rule = |form: Form| rule.forms.contains(&form);
        let mut rows: HashMap<Cow<'a, str>, Vec<(&'a Sheet<'a>, &'a Row<'a>)>> = HashMap::new();
        let tables = book
            .sheets
            .iter()
            .filter(|sheet| in_rule(sheet.form) && sheet.form != Form::PerformanceTarget);
        for sheet in tables {
            for row in sheet.rows.iter().filter(|row| row.first().row_kind == RowKind::Item) {
                let name = compact(row.first().project_name.as_deref().unwrap_or_default());
                rows.entry(name).or_default().push((sheet, row));
            }
        }
        if rows.is_empty() {
            return;
        }
        for sheet in book.of_form(Form::PerformanceTarget).filter(|sheet| in_rule(sheet.form)) {
            let totals = sheet.rows.iter().filter(|row| row.first().item == Some(Item::FundingTotal));
            for annual in totals.filter_map(|row| row.item(Measure::Annual)) {
                let left = Total::one(sheet.figure(annual));
                let name = compact(annual.project_name.as_deref().unwrap_or_default());
                let named = rows.get(&name).filter(|_| !name.is_empty()).into_iter().flatten();
                let amounts: Vec<(Form, Figure<'a>)> = named
                    .filter_map(|(sheet, row)| row.principal().map(|item| (sheet.form, sheet.figure(item))))
                    .collect();
                let mut sums: Vec<Total<'a>> = amounts.iter().map(|(_, figure)| Total::one(*figure)).collect();
                // A project may be spent from this year's budget and from what was carried over, and by several units.
                let mut all = Total::default();
                amounts.iter().for_each(|(_, figure)| all.add(1, *figure));
                sums.push(all);
                if amounts.is_empty() {
                    let why = "no row of the project tables has this name".to_owned();
                    self.findings.not_applicable(rule.head(), Place::of(annual), why);
                    continue;
                }
                let best = sums.iter().find(|sum| left.agrees(sum)).unwrap_or(&sums[0]);
                let sides = (&left, Comparison::Equal, best);
                self.findings
                    .compare(rule.head(), Place::of(annual), sides, CheckUnit::Yuan, sheet.left_out);
            }
        }
    }

    /// The funding of a self-evaluation.
    fn amount(&self, project: &Project, measure: Measure) -> Option<Figure<'a>> {
        let sheet = self.book.of_table(project.form, project.table_no)?;
        let row = sheet.line(Item::FundingTotal)?;
        Some(sheet.figure(row.item(measure)?))
    }

    fn execution_rate(&mut self, rule: &ProjectRule, project: &Project) {
        let (Some(rate), Some(budget), Some(executed)) = (
            project.execution_rate,
            self.amount(project, Measure::AnnualBudget),
            self.amount(project, Measure::Executed),
        ) else {
            return self
                .findings
                .not_applicable(rule.head(), place_of(project), "the rate or its amounts are not printed".into());
        };
        if budget.cents == 0 {
            return self
                .findings
                .not_applicable(rule.head(), place_of(project), "the annual budget is zero".into());
        }
        // Hundredths of a percent, rounded; the amounts leave it the slack of their last places.
        let exact = (executed.cents * 20_000 / budget.cents + 1) / 2;
        let slack = (executed.step + budget.step) * 10_000 / budget.cents.abs().max(1) / 2;
        // In ten-thousandths: a rate of whole percents is rounded by up to half of one.
        let rounding = if rate.0 % 10_000 == 0 {
            50
        } else if rate.0 % 1_000 == 0 {
            5
        } else {
            1
        };
        let stated = points("", rate.0 / 100, rounding + 2 * slack, project.line);
        let computed = points("", exact, 1, executed.line);
        let message = format!(
            "{} % (line {}) against {} ÷ {} {} (line {})",
            rate.decimal().normalize(),
            project.line.unwrap_or(0),
            executed.text,
            budget.text,
            budget.unit,
            budget.line.unwrap_or(0)
        );
        self.note_points(rule, project, (stated, computed), CheckUnit::Percent, message);
    }

    fn weights(&mut self, rule: &ProjectRule, project: &Project, indicators: &[&Indicator]) {
        if indicators.is_empty() || indicators.iter().any(|indicator| indicator.weight.is_none()) {
            return self
                .findings
                .not_applicable(rule.head(), place_of(project), "not every indicator has a weight".into());
        }
        let sum: i128 = indicators
            .iter()
            .filter_map(|indicator| indicator.weight)
            .map(|weight| weight.0 / 100)
            .sum();
        let whole = if sum == 9_000 { 9_000 } else { 10_000 };
        let message = format!(
            "the {} weights from line {} on add up to {}.{:02}; 100 are due, or 90 beside the execution rate",
            indicators.len(),
            indicators[0].line.unwrap_or(0),
            sum / 100,
            sum % 100,
        );
        let sides = (points("", sum, 1, project.line), points("", whole, 1, indicators[0].line));
        self.note_points(rule, project, sides, CheckUnit::Points, message);
    }

    fn score(&mut self, rule: &ProjectRule, project: &Project, indicators: &[&Indicator]) {
        let is_whole = indicators
            .iter()
            .all(|indicator| indicator.score.is_some() && indicator.weight.is_some());
        let (Some(total), true, false) = (project.total_score, is_whole, indicators.is_empty()) else {
            return self.findings.not_applicable(
                rule.head(),
                place_of(project),
                "the total or the score of an indicator is not printed".into(),
            );
        };
        let weights: i128 = indicators
            .iter()
            .filter_map(|indicator| indicator.weight)
            .map(|weight| weight.0 / 100)
            .sum();
        let scores: i128 = indicators
            .iter()
            .filter_map(|indicator| indicator.score)
            .map(|score| score.0 / 100)
            .sum();
        let by_rate = match (weights, project.execution_rate) {
            (9_000, Some(rate)) => ((rate.0 * RATE_POINTS / 100 + 50) / 100).min(RATE_POINTS * 100),
            (9_000, None) => {
                let why = "the execution rate, which counts for 10 points, is not printed".into();
                return self.findings.not_applicable(rule.head(), place_of(project), why);
            }
            _ => 0,
        };
        let message = format!(
            "the total {} (line {}) against {}.{:02} of the indicators (from line {}) and {}.{:02} of the execution rate",
            total.decimal().normalize(),
            project.line.unwrap_or(0),
            scores / 100,
            scores % 100,
            indicators[0].line.unwrap_or(0),
            by_rate / 100,
            by_rate % 100,
        );
        // The score of the rate is rounded once more.
        let sides = (
            points("", total.0 / 100, 1, project.line),
            points("", scores + by_rate, 1, indicators[0].line),
        );
        self.note_points(rule, project, sides, CheckUnit::Points, message);
    }

    fn note_points(&mut self, rule: &ProjectRule, project: &Project, sides: (Figure<'_>, Figure<'_>), unit: CheckUnit, message: String) {
        let (left, right) = (Total::one(sides.0), Total::one(sides.1));
        let tolerance = sides.0.step.max(sides.1.step);
        let holds = (left.cents - right.cents).abs() <= tolerance;
        self.findings.note(rule.head(), place_of(project), holds, unit, message);
        if let Some(check) = self.findings.checks.last_mut() {
            check.left = super::figure::yuan(left.cents);
            check.right = super::figure::yuan(right.cents);
            check.difference = super::figure::yuan(left.cents - right.cents);
            check.tolerance = super::figure::yuan(tolerance);
            check.right_line = right.line();
        }
    }
}

/// Hundredths of a point or percent.
fn points(text: &str, hundredths: i128, step: i128, line: Option<i32>) -> Figure<'_> {
    Figure {
        cents: hundredths,
        step,
        text,
        unit: "",
        line,
    }
}

fn place_of(project: &Project) -> Place<'_> {
    Place {
        form: Some(project.form),
        subject: project.project_name.as_deref().unwrap_or_default(),
        table_no: Some(project.table_no),
        row_no: Some(project.row_no),
        line: project.line,
        page: project.page,
        sheet: project.sheet.as_ref(),
        ..Place::default()
    }
}
