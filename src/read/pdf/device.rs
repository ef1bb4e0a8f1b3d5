//! Collects what a page draws: characters with their places, and the edges of rules.

use hayro_interpret::font::{Glyph as Drawing, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask};

use super::geometry::{Axis, Drawn, Edge, Glyph};
use crate::config::PdfSettings;

/// Thrown by unwinding when a page draws more than the limit: the interpreter has no other way to be stopped.
pub struct TooMuch;

/// A character as it was drawn, in whatever direction.
#[derive(Clone, Copy)]
struct Raw {
    c: char,
    origin: Point,
    advance: Vec2,
    size: f64,
    run: u32,
}

/// Receives the drawing operations of one page.
pub struct Collector<'s> {
    settings: &'s PdfSettings,
    width: f64,
    height: f64,
    glyphs: Vec<Raw>,
    edges: Vec<Edge>,
    images: usize,
    unmapped: usize,
    runs: u32,
    /// Operations that may still come.
    left: usize,
}

impl<'s> Collector<'s> {
    /// An empty page of a size; `operations` bounds what may be drawn on it.
    pub fn new(settings: &'s PdfSettings, (width, height): (f32, f32), operations: usize) -> Self {
        Self {
            settings,
            width: f64::from(width),
            height: f64::from(height),
            glyphs: Vec::new(),
            edges: Vec::new(),
            images: 0,
            unmapped: 0,
            runs: 0,
            left: operations,
        }
    }

    /// How many operations may still come.
    pub fn left(&self) -> usize {
        self.left
    }

    fn spend(&mut self, operations: usize) {
        match self.left.checked_sub(operations) {
            Some(left) => self.left = left,
            None => std::panic::resume_unwind(Box::new(TooMuch)),
        }
    }

    /// What was drawn, turned so that most of the text runs from left to right.
    pub fn finish(self) -> Drawn {
        let turn = Turn::of_most(&self.glyphs);
        let (width, height) = turn.size(self.width, self.height);
        let on_page = |glyph: &Glyph| {
            let (x, y) = glyph.centre();
            (0.0..=width).contains(&x) && (0.0..=height).contains(&y)
        };
        let upright = self.glyphs.iter().map(|raw| turn.glyph(raw, self.width, self.height));
        Drawn {
            width,
            height,
            glyphs: upright.filter(on_page).collect(),
            edges: self.edges.iter().map(|edge| turn.edge(edge, self.width, self.height)).collect(),
            images: self.images,
            unmapped: self.unmapped,
        }
    }

    fn push_edge(&mut self, axis: Axis, at: f64, from: f64, to: f64) {
        let (across, along) = match axis {
            Axis::Horizontal => (self.height, self.width),
            Axis::Vertical => (self.width, self.height),
        };
        let margin = self.settings.snap;
        if !(at.is_finite() && from.is_finite() && to.is_finite()) || at < -margin || at > across + margin {
            return;
        }
        let (from, to) = (from.min(to).max(0.0), from.max(to).min(along));
        if from <= to {
            self.edges.push(Edge { axis, at, from, to });
        }
    }

    /// A filled box is a rule where it is thin; a dot at the corner of cells is a piece of two.
    fn filled(&mut self, a: Point, b: Point) {
        let (x0, x1, y0, y1) = (a.x.min(b.x), a.x.max(b.x), a.y.min(b.y), a.y.max(b.y));
        let thin = self.settings.thickest_rule;
        if y1 - y0 <= thin {
            self.push_edge(Axis::Horizontal, (y0 + y1) / 2.0, x0, x1);
        }
        if x1 - x0 <= thin {
            self.push_edge(Axis::Vertical, (x0 + x1) / 2.0, y0, y1);
        }
    }

    fn stroked(&mut self, a: Point, b: Point) {
        let slack = 0.5;
        if (a.y - b.y).abs() <= slack {
            self.push_edge(Axis::Horizontal, (a.y + b.y) / 2.0, a.x, b.x);
        } else if (a.x - b.x).abs() <= slack {
            self.push_edge(Axis::Vertical, (a.x + b.x) / 2.0, a.y, b.y);
        }
    }

    fn stroke_path(&mut self, path: &BezPath, transform: Affine) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            let next = match *element {
                PathEl::MoveTo(point) => {
                    start = point;
                    point
                }
                PathEl::LineTo(point) => {
                    self.stroked(transform * last, transform * point);
                    point
                }
                PathEl::ClosePath => {
                    self.stroked(transform * last, transform * start);
                    start
                }
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => point,
            };
            last = next;
        }
    }

    /// Each closed piece of a filled path is a box of its own.
    fn fill_path(&mut self, path: &BezPath, transform: Affine) {
        let mut span: Option<(Point, Point)> = None;
        for element in path.elements() {
            if matches!(element, PathEl::MoveTo(_))
                && let Some((a, b)) = span.take()
            {
                self.filled(a, b);
            }
            let point = match *element {
                PathEl::MoveTo(point) | PathEl::LineTo(point) | PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                    transform * point
                }
                PathEl::ClosePath => continue,
            };
            let (low, high) = span.unwrap_or((point, point));
            span = Some((
                Point::new(low.x.min(point.x), low.y.min(point.y)),
                Point::new(high.x.max(point.x), high.y.max(point.y)),
            ));
        }
        if let Some((a, b)) = span {
            self.filled(a, b);
        }
    }

    /// How thick a stroke is on the page.
    fn is_thin(&self, width: f32, transform: Affine) -> bool {
        let scale = transform.determinant().abs().sqrt();
        f64::from(width) * scale <= self.settings.thickest_rule
    }

    fn glyph(&mut self, glyph: &Drawing<'_>, transform: Affine, run: u32) {
        let advance = match glyph {
            Drawing::Outline(outline) => outline.advance_width(),
            Drawing::Type3(type3) => type3.advance_width(),
        };
        let origin = transform * Point::ZERO;
        let along = |x: f64, y: f64| transform * Point::new(x, y) - origin;
        let size = along(0.0, 1000.0).hypot();
        if !(origin.is_finite() && size.is_finite()) || size <= 0.0 {
            return;
        }
        let raw = |c: char, origin: Point, advance: Vec2| Raw {
            c,
            origin,
            advance,
            size,
            run,
        };
        let whole = along(f64::from(advance.unwrap_or(500.0)), 0.0);
        match glyph.as_unicode() {
            Some(BfString::Char(c)) => self.push(raw(c, origin, whole)),
            Some(BfString::String(text)) => {
                let count = text.chars().count().max(1);
                #[expect(clippy::cast_precision_loss, reason = "a ligature has few characters")]
                let part = whole / count as f64;
                let mut at = origin;
                for c in text.chars() {
                    self.push(raw(c, at, part));
                    at += part;
                }
            }
            None => {
                self.unmapped += 1;
                self.push(raw(char::REPLACEMENT_CHARACTER, origin, whole));
            }
        }
    }

    fn push(&mut self, raw: Raw) {
        if !raw.c.is_whitespace() && !raw.c.is_control() {
            self.glyphs.push(raw);
        }
    }
}

/// Whether a paint shows on white paper.
fn shows(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
            alpha > 8 && (red < 250 || green < 250 || blue < 250)
        }
        Paint::Pattern(_) => true,
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(1 + path.elements().len());
        if !shows(&props.paint) {
            return;
        }
        match mode {
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => {
                if self.is_thin(stroke.line_width, props.transform) {
                    self.stroke_path(path, props.transform);
                }
            }
            DrawMode::Fill(_) => self.fill_path(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(5);
        if !shows(&props.paint) {
            return;
        }
        let corners = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (rect.x0, rect.y1)];
        let [a, b, c, d] = corners.map(|(x, y)| props.transform * Point::new(x, y));
        match mode {
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => {
                if self.is_thin(stroke.line_width, props.transform) {
                    for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
                        self.stroked(from, to);
                    }
                }
            }
            DrawMode::Fill(_) => self.filled(a, c),
            DrawMode::Invisible => {}
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let glyphs = run.glyphs();
        self.spend(1 + glyphs.len());
        let placed = |glyph: Option<&hayro_interpret::font::PositionedGlyph<'_>>| {
            glyph.map(|glyph| props.transform * glyph.transform() * Point::ZERO)
        };
        // Text that is filled and then stroked (text mode 2) was already seen.
        if matches!(mode, DrawMode::Stroke(_)) {
            let first = placed(glyphs.first());
            let seen = self.glyphs.iter().rev().take_while(|glyph| glyph.run == self.runs);
            if seen
                .clone()
                .any(|glyph| first.is_some_and(|first| first.distance(glyph.origin) < 0.01))
            {
                return;
            }
        }
        self.runs += 1;
        for glyph in glyphs {
            self.glyph(glyph, props.transform * glyph.transform(), self.runs);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spend(1);
        self.images += 1;
    }

    // Each form and pattern that is entered sets a clip, so that empty ones cannot nest for ever.
    fn push_clip_path(&mut self, path: &ClipPath) {
        self.spend(1 + path.path.elements().len());
    }
    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(1);
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend(1);
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// How a page has to be turned for its text to run from left to right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    None,
    /// Its text runs down.
    Left,
    /// Its text runs up.
    Right,
    /// Its text stands on its head.
    Around,
}

impl Turn {
    fn of(advance: Vec2) -> Self {
        if advance.x.abs() >= advance.y.abs() {
            if advance.x >= 0.0 { Self::None } else { Self::Around }
        } else if advance.y > 0.0 {
            Self::Left
        } else {
            Self::Right
        }
    }

    fn of_most(glyphs: &[Raw]) -> Self {
        let count = |turn: Self| glyphs.iter().filter(|glyph| Self::of(glyph.advance) == turn).count();
        [Self::Left, Self::Right, Self::Around]
            .into_iter()
            .find(|turn| count(*turn) * 2 > glyphs.len())
            .unwrap_or(Self::None)
    }

    fn size(self, width: f64, height: f64) -> (f64, f64) {
        match self {
            Self::None | Self::Around => (width, height),
            Self::Left | Self::Right => (height, width),
        }
    }

    fn point(self, point: Point, width: f64, height: f64) -> Point {
        match self {
            Self::None => point,
            Self::Left => Point::new(point.y, width - point.x),
            Self::Right => Point::new(height - point.y, point.x),
            Self::Around => Point::new(width - point.x, height - point.y),
        }
    }

    fn glyph(self, raw: &Raw, width: f64, height: f64) -> Glyph {
        let (a, b) = (raw.origin, raw.origin + raw.advance);
        let (a, b) = (self.point(a, width, height), self.point(b, width, height));
        // A label that runs against the rest of the page keeps its place, a character wide.
        let aslant = Self::of(raw.advance) != self;
        let (x0, x1, base) = if aslant {
            let middle = ((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
            (middle.0 - raw.size / 2.0, middle.0 + raw.size / 2.0, middle.1 + raw.size * 0.35)
        } else {
            (a.x.min(b.x), a.x.max(b.x), a.y)
        };
        Glyph {
            c: raw.c,
            x0,
            x1,
            base,
            size: raw.size,
            run: raw.run,
        }
    }

    fn edge(self, edge: &Edge, width: f64, height: f64) -> Edge {
        let (a, b) = match edge.axis {
            Axis::Horizontal => (Point::new(edge.from, edge.at), Point::new(edge.to, edge.at)),
            Axis::Vertical => (Point::new(edge.at, edge.from), Point::new(edge.at, edge.to)),
        };
        let (a, b) = (self.point(a, width, height), self.point(b, width, height));
        let turned = matches!(self, Self::Left | Self::Right);
        match (edge.axis, turned) {
            (Axis::Horizontal, false) | (Axis::Vertical, true) => Edge {
                axis: Axis::Horizontal,
                at: a.y,
                from: a.x.min(b.x),
                to: a.x.max(b.x),
            },
            _ => Edge {
                axis: Axis::Vertical,
                at: a.x,
                from: a.y.min(b.y),
                to: a.y.max(b.y),
            },
        }
    }
}
