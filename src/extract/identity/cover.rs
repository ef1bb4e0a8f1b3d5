//! The cover: whose disclosure of which year and stage it is.

use super::Frame;
use crate::codes::{Scope, Stage};
use crate::config::Divisions;
use crate::recognise::{BodyName, bodies};
use crate::text::{clean_name, is_year_digits, without_layout_space};

/// The words of a cover.
pub(super) struct Cover {
    pub title: String,
    /// The body whose name stands before or behind the year.
    pub body: Option<String>,
    pub year: Option<i32>,
    pub stage: Option<Stage>,
    pub scope: Option<Scope>,
    /// The bodies behind labels (预算主管部门：…).
    pub labelled: Vec<BodyName>,
}

impl Cover {
    /// Reads the lines before the contents.
    pub fn read(frame: &Frame, divisions: &Divisions) -> Option<Self> {
        let joined: String = frame.cover.iter().map(|(text, _)| without_layout_space(text)).collect();
        let mut title = joined;
        for mark in ["[部门]", "[单位]", "［部门］", "［单位］"] {
            title = title.replace(mark, "");
        }
        let bytes = title.as_bytes();
        let year_at = (0..bytes.len().saturating_sub(3)).find(|at| title.is_char_boundary(*at) && is_year_digits(&bytes[*at..at + 4]))?;
        let after_year = title[year_at + 4..].trim_start_matches('年').trim_start_matches('度');
        let (kind_at, kind) = [
            "部门预算",
            "单位预算",
            "部门决算",
            "单位决算",
            "部门(单位)预算",
            "部门（单位）预算",
            "预算公开",
            "决算公开",
            "预算",
            "决算",
        ]
        .iter()
        .filter_map(|kind| after_year.find(kind).map(|at| (at, *kind)))
        .min_by_key(|(at, kind)| (*at, std::cmp::Reverse(kind.len())))?;
        let between = &after_year[..kind_at];
        let body = if between.chars().count() >= 3 { between } else { &title[..year_at] };
        let body = clean_name(body.trim_start_matches(['附', '件', ':', '：']));
        Some(Self {
            year: title[year_at..year_at + 4].parse().ok(),
            stage: Some(if kind.contains("决算") {
                Stage::FinalAccount
            } else {
                Stage::Budget
            }),
            scope: if kind.starts_with("单位") {
                Some(Scope::Unit)
            } else if kind.starts_with("部门") && !kind.contains("单位") {
                Some(Scope::Department)
            } else {
                None
            },
            body: (body.chars().count() >= 3 && !is_place(&body, divisions)).then_some(body),
            labelled: frame.cover.iter().flat_map(|(line, _)| bodies(&[line])).collect(),
            title: title
                .trim_end_matches(['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'])
                .to_owned(),
        })
    }
}

/// Whether a name is nothing but a place: `上海市某区2025年区级部门预算` says whose departments they are, not which.
fn is_place(name: &str, divisions: &Divisions) -> bool {
    let mut rest = name;
    while let Some((_, below)) = divisions.leading(rest) {
        rest = below;
    }
    rest.is_empty()
}
