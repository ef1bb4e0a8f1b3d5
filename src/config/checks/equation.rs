//! Equations between figures as `checks.toml` writes them: `summary.revenue_total = summary.current_revenue_total + summary.surplus_used?`.
//!
//! ```text
//! equation    = sum ("=" | "<=" | "->") sum ("|" sum)*  what stands behind "|" are alternatives: one that holds is enough
//!                                                       `a -> b`: where a is printed, and not zero, b is printed too
//! sum         = ["-"] term (("+" | "-") term)*
//! term        = (line | fact) ["?"]                    "?": left out where it is not printed
//! line        = form "." row ["." measure]             without a measure: the form's total or only column
//! row         = item | code | "projects" | "class"     the sum of all projects; the class that the fact is about
//! ```

use serde::Deserialize;

use crate::codes::{Form, Item, Measure};

/// What must hold between printed figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Equation {
    /// The left side.
    pub left: Sum,
    /// How the sides compare.
    pub comparison: Comparison,
    /// The right side: one that holds is enough.
    pub right: Vec<Sum>,
}

/// How two sides compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// The left is no more than the right.
    AtMost,
    /// Where the left is printed and not zero, the right is printed too.
    Implies,
}

/// Terms that are added up.
#[derive(Debug, Clone)]
pub struct Sum {
    /// The terms with their signs.
    pub terms: Vec<(i8, Term)>,
}

/// One figure of an equation.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Term {
    /// As written.
    pub text: String,
    /// What it names.
    pub line: Line,
    /// Whether it may be missing.
    pub optional: bool,
}

/// What a term names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A line of a form.
    Form {
        /// The form.
        form: Form,
        /// The row.
        row: RowOf,
        /// The column; `None` is the total, or the only one.
        measure: Option<Measure>,
    },
    /// A figure of the narrative.
    Fact(String),
}

/// A row of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOf {
    /// A standard line.
    Item(Item),
    /// An account.
    Code(String),
    /// All projects together.
    Projects,
    /// The functional class that a fact is about.
    Class,
}

impl TryFrom<String> for Equation {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let signs = [("<=", Comparison::AtMost), ("->", Comparison::Implies), ("=", Comparison::Equal)];
        let parts = signs
            .into_iter()
            .find_map(|(sign, comparison)| text.split_once(sign).map(|(left, right)| (left, comparison, right)));
        let Some((left, comparison, right)) = parts else {
            return Err(format!(
                "`{text}` compares nothing; write `left = right`, `left <= right` or `left -> right`"
            ));
        };
        Ok(Self {
            left: Sum::parse(left)?,
            comparison,
            right: right.split('|').map(Sum::parse).collect::<Result<_, _>>()?,
        })
    }
}

impl Sum {
    fn parse(text: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        let mut sign = 1;
        for word in text.split_whitespace() {
            match word {
                "+" => sign = 1,
                "-" => sign = -1,
                term => {
                    terms.push((sign, Term::try_from(term.to_owned())?));
                    sign = 1;
                }
            }
        }
        if terms.is_empty() {
            return Err("one side of an equation is empty".to_owned());
        }
        Ok(Self { terms })
    }
}

impl TryFrom<String> for Term {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (path, optional) = text.strip_suffix('?').map_or((text.as_str(), false), |path| (path, true));
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or_default();
        let Some(row) = parts.next() else {
            return Ok(Self {
                line: Line::Fact(first.to_owned()),
                optional,
                text: path.to_owned(),
            });
        };
        let row = match row {
            "projects" => RowOf::Projects,
            "class" => RowOf::Class,
            code if code.bytes().all(|byte| byte.is_ascii_digit()) => RowOf::Code(code.to_owned()),
            item => RowOf::Item(item.parse().map_err(|error| format!("`{text}`: {error}"))?),
        };
        let measure = parts
            .next()
            .map(str::parse)
            .transpose()
            .map_err(|error| format!("`{text}`: {error}"))?;
        if parts.next().is_some() {
            return Err(format!("`{text}` has too many parts; write form.row or form.row.measure"));
        }
        let form = first.parse().map_err(|error| format!("`{text}`: {error}"))?;
        Ok(Self {
            line: Line::Form { form, row, measure },
            optional,
            text: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_read() {
        let text = "summary.revenue_total = summary.current_revenue_total + summary.surplus_used? | revenue.total.total";
        let equation = Equation::try_from(text.to_owned()).unwrap();
        assert_eq!((equation.right.len(), equation.right[0].terms.len()), (2, 2));
        assert!(equation.right[0].terms[1].1.optional && equation.comparison == Comparison::Equal);
        assert_eq!(Equation::try_from("a <= b".to_owned()).unwrap().comparison, Comparison::AtMost);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "revenue_total",
            "summary.nonsense = a",
            "nonsense.total = a",
            "a = ",
            "summary.total.amount.x = a",
        ] {
            assert!(Equation::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
