//! What a page is made of before anything is understood: glyphs and edges in points, the origin at the top left of the page as it is seen.

/// A character with its place, upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The character; U+FFFD where the file does not say which.
    pub c: char,
    /// Left end of its advance.
    pub x0: f64,
    /// Right end of its advance.
    pub x1: f64,
    /// Its baseline.
    pub base: f64,
    /// The size that it is set in.
    pub size: f64,
    /// The run that drew it: glyphs of one run were written with one operator.
    pub run: u32,
}

/// How far above its baseline the middle of a character lies, as a share of its size.
const MIDDLE: f64 = 0.35;

impl Glyph {
    /// The middle of the character, which tells the cell that holds it.
    pub fn centre(&self) -> (f64, f64) {
        ((self.x0 + self.x1) / 2.0, self.base - MIDDLE * self.size)
    }
}

/// The direction of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From the top down.
    Vertical,
}

/// A straight piece of a rule along one of the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Its direction.
    pub axis: Axis,
    /// Its place across that direction: y of a horizontal edge, x of a vertical one.
    pub at: f64,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

impl Edge {
    /// Its length.
    pub fn length(&self) -> f64 {
        self.to - self.from
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left.
    pub x0: f64,
    /// Top.
    pub y0: f64,
    /// Right.
    pub x1: f64,
    /// Bottom.
    pub y1: f64,
}

impl Area {
    /// Whether a point lies in it.
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        (self.x0..=self.x1).contains(&x) && (self.y0..=self.y1).contains(&y)
    }

    /// Its size.
    pub fn extent(&self) -> f64 {
        (self.x1 - self.x0) * (self.y1 - self.y0)
    }
}

/// What was drawn on a page.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// Width of the page as it is seen.
    pub width: f64,
    /// Height of the page as it is seen.
    pub height: f64,
    /// Its characters in the order in which they were drawn, without white space.
    pub glyphs: Vec<Glyph>,
    /// The edges of its rules, as they were drawn.
    pub edges: Vec<Edge>,
    /// How many images it shows.
    pub images: usize,
    /// How many characters have no Unicode mapping.
    pub unmapped: usize,
}
