//! Charts as SVG. Their texts are numbers and official Chinese names, which are the same in both languages; headings and legends are the page's.
//!
//! Amounts become floats here and only here: for places on paper.

use plotters::coord::Shift;
use plotters::coord::ranged1d::SegmentedCoord;
use plotters::coord::types::RangedCoordusize;
use plotters::prelude::*;

use super::ReportError;
use super::model::{Classes, RATE_STEPS, Trend};
use crate::money::Yuan;

/// Colours that people who see no red or green can tell apart; the page's legend has the same (`page.css`).
pub const SERIES: [RGBColor; 5] = [
    RGBColor(0x00, 0x5a, 0x8c),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x8f, 0x68),
    RGBColor(0xa8, 0x4f, 0x85),
    RGBColor(0x8a, 0x6d, 0x00),
];
const PALE: RGBColor = RGBColor(0xb8, 0xc9, 0xd6);
const INK: RGBColor = RGBColor(0x33, 0x3a, 0x42);
const LINE: RGBColor = RGBColor(0xd9, 0xdd, 0xe2);

const WIDTH: u32 = 760;
const TEXT: u32 = 16;
/// Height of a class in the chart of classes; it has a bar for each of two years.
const CLASS_HEIGHT: u32 = 34;
/// Wide enough for 文化旅游体育与传媒支出.
const NAMES_WIDTH: u32 = 200;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws on a new picture.
fn draw(height: u32, with: impl FnOnce(&Area<'_>) -> Result<(), Box<dyn std::error::Error>>) -> Result<String, ReportError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        with(&area)
            .and_then(|()| Ok(area.present()?))
            .map_err(|error| ReportError::Chart(error.to_string()))?;
    }
    Ok(svg)
}

/// 亿元 on paper.
#[expect(clippy::cast_precision_loss, reason = "a place on paper")]
fn hundred_millions(amount: Yuan) -> f64 {
    amount.cents() as f64 / 1e10
}

/// `12.5`, `0.003`: as many places as the axis needs.
fn axis(value: f64, top: f64) -> String {
    match top {
        _ if value == 0.0 => "0".to_owned(),
        top if top >= 10.0 => format!("{value:.0}"),
        top if top >= 1.0 => format!("{value:.1}"),
        top if top >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// Expenditure by functional class: a bar for the year and a pale one for the year before, in 亿元.
pub fn classes(classes: &Classes) -> Result<String, ReportError> {
    let amounts = classes.rows.iter().flat_map(|(_, before, now)| before.iter().chain([now]));
    let top = amounts.map(|amount| hundred_millions(*amount)).fold(0.001, f64::max) * 1.05;
    let count = classes.rows.len();
    let height = u32::try_from(count).unwrap_or(1) * CLASS_HEIGHT + 36;
    draw(height, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin_right(24)
            .set_label_area_size(LabelAreaPosition::Left, NAMES_WIDTH)
            .set_label_area_size(LabelAreaPosition::Bottom, 30)
            .build_cartesian_2d(0.0..top, segments(count))?;
        let name = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(index) => name_from_below(classes, *index),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(LINE)
            .axis_style(LINE)
            .label_style(("sans-serif", TEXT, &INK))
            .x_labels(6)
            .x_label_formatter(&|value| axis(*value, top))
            .y_labels(count)
            .y_label_formatter(&name)
            .draw()?;
        let half = CLASS_HEIGHT / 2;
        let bar = |index: usize, amount: Yuan, color: RGBColor, above: u32, below: u32| {
            let row = count - 1 - index;
            let from = (0.0, SegmentValue::Exact(row));
            let to = (hundred_millions(amount).max(0.0), SegmentValue::Exact(row + 1));
            let mut bar = Rectangle::new([from, to], color.filled());
            bar.set_margin(above, below, 0, 0);
            bar
        };
        let rows = || classes.rows.iter().enumerate();
        chart.draw_series(rows().map(|(index, (_, _, now))| bar(index, *now, SERIES[0], 5, half)))?;
        chart.draw_series(rows().filter_map(|(index, (_, before, _))| Some(bar(index, (*before)?, PALE, half, 5))))?;
        Ok(())
    })
}

/// An axis of `count` segments; the last of a range is in it.
fn segments(count: usize) -> SegmentedCoord<RangedCoordusize> {
    (0..count.saturating_sub(1)).into_segmented()
}

/// The class in row `index` from below; the axis may ask past the last one.
fn name_from_below(classes: &Classes, index: usize) -> String {
    let row = (classes.rows.len()).checked_sub(index + 1).and_then(|row| classes.rows.get(row));
    row.map(|(name, _, _)| name.clone()).unwrap_or_default()
}

/// Departments by execution rate, in the classes of [`RATE_STEPS`].
pub fn rates(counts: &[usize]) -> Result<String, ReportError> {
    let top = counts.iter().copied().max().unwrap_or(0).max(1);
    let top = top + top.div_ceil(8);
    draw(220, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .set_label_area_size(LabelAreaPosition::Left, 48)
            .set_label_area_size(LabelAreaPosition::Bottom, 30)
            .build_cartesian_2d(segments(counts.len()), 0..top)?;
        let label = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(index) => rate_class(*index),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(LINE)
            .axis_style(LINE)
            .label_style(("sans-serif", TEXT, &INK))
            .x_labels(counts.len())
            .x_label_formatter(&label)
            .y_labels(5)
            .draw()?;
        chart.draw_series(counts.iter().enumerate().map(|(index, count)| {
            let corners = [(SegmentValue::Exact(index), 0), (SegmentValue::Exact(index + 1), *count)];
            let mut bar = Rectangle::new(corners, SERIES[0].filled());
            bar.set_margin(0, 0, 14, 14);
            bar
        }))?;
        Ok(())
    })
}

/// `< 50 %`, `50–80 %` …
fn rate_class(index: usize) -> String {
    let below = index.checked_sub(1).and_then(|index| RATE_STEPS.get(index));
    match (below, RATE_STEPS.get(index)) {
        (None, Some(to)) => format!("< {to} %"),
        (Some(from), Some(to)) => format!("{from}–{to} %"),
        (Some(from), None) => format!("≥ {from} %"),
        (None, None) => String::new(),
    }
}

/// The three public expenses by year, a line each, in 亿元.
pub fn trend(trend: &Trend) -> Result<String, ReportError> {
    let amounts = trend.lines.iter().flat_map(|(_, amounts)| amounts.iter().flatten());
    let top = amounts.map(|amount| hundred_millions(*amount)).fold(0.001, f64::max) * 1.08;
    let count = trend.years.len();
    draw(260, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .set_label_area_size(LabelAreaPosition::Left, 64)
            .set_label_area_size(LabelAreaPosition::Bottom, 30)
            .build_cartesian_2d(segments(count), 0.0..top)?;
        let year = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(index) => trend.years.get(*index).map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(LINE)
            .axis_style(LINE)
            .label_style(("sans-serif", TEXT, &INK))
            .x_labels(count)
            .x_label_formatter(&year)
            .y_labels(5)
            .y_label_formatter(&|value| axis(*value, top))
            .draw()?;
        for ((_, amounts), color) in trend.lines.iter().zip(SERIES.iter().cycle()) {
            let points = || {
                let amounts = amounts.iter().enumerate();
                amounts.filter_map(|(index, amount)| Some((SegmentValue::CenterOf(index), hundred_millions((*amount)?))))
            };
            chart.draw_series(LineSeries::new(points(), color.stroke_width(2)))?;
            chart.draw_series(points().map(|point| Circle::new(point, 4, color.filled())))?;
        }
        Ok(())
    })
}
