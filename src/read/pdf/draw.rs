//! A page as it was understood, as a picture: glyphs, rules and cells.

use std::fmt::Write as _;

use super::geometry::Drawn;
use super::page::Page;

/// An SVG of a page: rules as drawn in grey, as understood in blue, cells in orange, glyphs in black.
pub fn svg(drawn: &Drawn, page: &Page) -> String {
    let mut svg = String::new();
    // Writing into a string cannot fail.
    let _ = write(&mut svg, drawn, page);
    svg
}

fn write(svg: &mut String, drawn: &Drawn, page: &Page) -> std::fmt::Result {
    let (width, height) = (drawn.width, drawn.height);
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2} {height:.2}" width="{width:.2}" height="{height:.2}">"#
    )?;
    writeln!(svg, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
    let mut line = |edge: &super::geometry::Edge, style: &str| {
        let (at, from, to) = (edge.at, edge.from, edge.to);
        let (x1, y1, x2, y2) = match edge.axis {
            super::geometry::Axis::Horizontal => (from, at, to, at),
            super::geometry::Axis::Vertical => (at, from, at, to),
        };
        writeln!(svg, r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" {style}/>"#)
    };
    for edge in &drawn.edges {
        line(edge, r##"stroke="#bbb" stroke-width="3""##)?;
    }
    for edge in page.rules.horizontal.iter().chain(&page.rules.vertical) {
        line(edge, r#"stroke="blue" stroke-width="0.6""#)?;
    }
    for (lattice, cell) in page
        .lattices
        .iter()
        .flat_map(|lattice| lattice.cells.iter().map(move |cell| (lattice, cell)))
    {
        let area = lattice.cell_area(cell);
        writeln!(
            svg,
            r#"<rect x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}" fill="orange" fill-opacity="0.15" stroke="darkorange" stroke-width="0.5"><title>row {} column {}, {} × {}</title></rect>"#,
            area.x0 + 1.0,
            area.y0 + 1.0,
            (area.x1 - area.x0 - 2.0).max(0.5),
            (area.y1 - area.y0 - 2.0).max(0.5),
            cell.row + 1,
            cell.column + 1,
            cell.rows,
            cell.columns
        )?;
    }
    for glyph in &drawn.glyphs {
        let escaped = match glyph.c {
            '<' => "&lt;".to_owned(),
            '&' => "&amp;".to_owned(),
            c => c.to_string(),
        };
        let advance = (glyph.x1 - glyph.x0).max(0.1);
        writeln!(
            svg,
            r#"<text x="{:.2}" y="{:.2}" font-size="{:.2}" textLength="{advance:.2}">{escaped}</text>"#,
            glyph.x0, glyph.base, glyph.size
        )?;
    }
    writeln!(svg, "</svg>")
}
