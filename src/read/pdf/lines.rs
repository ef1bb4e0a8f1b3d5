//! Glyphs → lines of text, within a cell and on the open page.

use unicode_width::UnicodeWidthChar;

use super::geometry::Glyph;

/// How far two characters of one line may stand above each other, as a share of their size.
const SAME_LINE: f64 = 0.45;
/// From which gap on a space stands between two characters, as a share of their size.
const SPACE: f64 = 0.3;
/// The same between letters and digits, whose spaces are narrow.
const LATIN_SPACE: f64 = 0.16;
/// From which gap on two pieces of a line stand apart, as cells do.
pub const APART: f64 = 1.0;
/// How near the same character may stand to itself before it is a shadow, as a share of its size.
const SHADOW: f64 = 0.2;

/// Characters that stand on one baseline, from left to right.
#[derive(Debug, Clone)]
pub struct GlyphLine {
    /// Its characters.
    pub glyphs: Vec<Glyph>,
    /// Its baseline.
    pub base: f64,
    /// The size of its largest character.
    pub size: f64,
}

impl GlyphLine {
    /// Left end.
    pub fn x0(&self) -> f64 {
        self.glyphs.first().map_or(0.0, |glyph| glyph.x0)
    }

    /// Right end.
    pub fn x1(&self) -> f64 {
        self.glyphs.iter().map(|glyph| glyph.x1).fold(0.0, f64::max)
    }

    /// Its pieces that stand apart from each other.
    pub fn segments(&self) -> Vec<&[Glyph]> {
        let mut segments = Vec::new();
        let mut start = 0;
        for index in 1..=self.glyphs.len() {
            if index == self.glyphs.len() || stand_apart(&self.glyphs, index) {
                segments.push(&self.glyphs[start..index]);
                start = index;
            }
        }
        segments
    }
}

/// Whether the characters from `index` on stand apart from those before: by a wide gap, or by any where an amount ends or begins, which has
/// a cell of its own.
fn stand_apart(glyphs: &[Glyph], index: usize) -> bool {
    let (before, after) = glyphs.split_at(index);
    if is_sign(before, after) {
        return false;
    }
    let gap = before.last().zip(after.first()).map_or(0.0, |(left, right)| gap(left, right));
    gap >= APART || gap > SPACE && (ends_with_amount(before) && !is_unit(after) || begins_with_amount(after))
}

/// Whether the last character before a figure is its sign, which some formats set a little apart.
fn is_sign(before: &[Glyph], after: &[Glyph]) -> bool {
    let ([rest @ .., sign], [first, ..]) = (before, after) else {
        return false;
    };
    let stands_alone = rest.last().is_none_or(|left| gap(left, sign) >= APART);
    matches!(sign.c, '-' | '−') && first.c.is_ascii_digit() && stands_alone && gap(sign, first) < SIGN
}

/// How far a sign may stand in front of its figure, as a share of its size.
const SIGN: f64 = 0.6;

fn ends_with_amount(glyphs: &[Glyph]) -> bool {
    matches!(glyphs, [.., point, tenths, cents] if point.c == '.' && tenths.c.is_ascii_digit() && cents.c.is_ascii_digit())
}

/// Whether glyphs begin with an amount that nothing follows closely, as its unit does in running text.
fn begins_with_amount(glyphs: &[Glyph]) -> bool {
    let end = (1..glyphs.len()).find(|at| gap(&glyphs[at - 1], &glyphs[*at]) > SPACE);
    let word = &glyphs[..end.unwrap_or(glyphs.len())];
    word.iter()
        .all(|glyph| glyph.c.is_ascii_digit() || matches!(glyph.c, ',' | '.' | '-'))
        && ends_with_amount(word)
        && !end.is_some_and(|end| is_unit(&glyphs[end..]))
}

fn is_unit(glyphs: &[Glyph]) -> bool {
    glyphs.first().is_some_and(|glyph| matches!(glyph.c, '元' | '万' | '亿' | '%'))
}

/// The gap between two neighbours, as a share of their size.
fn gap(left: &Glyph, right: &Glyph) -> f64 {
    (right.x0 - left.x1) / left.size.min(right.size)
}

/// The lines that glyphs make, top down. A character printed twice to look bold is one.
pub fn lines(glyphs: impl IntoIterator<Item = Glyph>) -> Vec<GlyphLine> {
    let mut sorted: Vec<Glyph> = glyphs.into_iter().collect();
    sorted.sort_by(|a, b| a.base.total_cmp(&b.base).then(a.x0.total_cmp(&b.x0)));
    let mut lines: Vec<GlyphLine> = Vec::new();
    for glyph in sorted {
        match lines.last_mut() {
            Some(line) if glyph.base - line.base <= SAME_LINE * glyph.size.min(line.size) => {
                if glyph.size > line.size {
                    (line.base, line.size) = (glyph.base, glyph.size);
                }
                line.glyphs.push(glyph);
            }
            _ => lines.push(GlyphLine {
                glyphs: vec![glyph],
                base: glyph.base,
                size: glyph.size,
            }),
        }
    }
    for line in &mut lines {
        line.glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        line.glyphs
            .dedup_by(|next, kept| next.c == kept.c && (next.x0 - kept.x0).abs() < SHADOW * kept.size);
    }
    lines
}

/// The text of neighbours, one space where they stand apart.
pub fn text(glyphs: &[Glyph]) -> String {
    let mut text = String::with_capacity(glyphs.len() * 3);
    for (index, glyph) in glyphs.iter().enumerate() {
        let (before, after) = glyphs.split_at(index);
        if before.last().is_some_and(|last| has_space(last, glyph)) && !is_sign(before, after) {
            text.push(' ');
        }
        text.push(glyph.c);
    }
    text
}

fn has_space(left: &Glyph, right: &Glyph) -> bool {
    let latin = left.c.is_ascii_alphabetic() && right.c.is_ascii_alphabetic();
    gap(left, right) > if latin { LATIN_SPACE } else { SPACE }
}

/// The text of a cell: its lines flow into each other, with a space where a break parts two Latin words.
pub fn flowing(glyphs: impl IntoIterator<Item = Glyph>) -> String {
    let mut flowing = String::new();
    for line in lines(glyphs) {
        let piece = text(&line.glyphs);
        let words = flowing.ends_with(|c: char| c.is_ascii_alphabetic()) && piece.starts_with(|c: char| c.is_ascii_alphabetic());
        if words {
            flowing.push(' ');
        }
        flowing.push_str(&piece);
    }
    flowing
}

/// The text of a line with as many spaces as keep its pieces in their places, `unit` being the width of a narrow character. Figures
/// keep their right end, other pieces their left one.
pub fn spaced(line: &GlyphLine, unit: f64) -> String {
    let mut spaced = String::new();
    let mut column = 0usize;
    for segment in line.segments() {
        let piece = text(segment);
        let width: usize = piece.chars().map(|c| c.width().unwrap_or(0)).sum();
        let is_figure = piece.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-'));
        let place = |x: f64| -> usize {
            let place = (x / unit).round().clamp(0.0, 2_000.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let place = place as usize;
            place
        };
        let start = match (segment.first(), segment.last()) {
            (_, Some(last)) if is_figure => place(last.x1).saturating_sub(width),
            (Some(first), _) => place(first.x0),
            _ => column,
        };
        // Pieces that stand apart are never written together.
        let least = if column == 0 { 0 } else { column + 2 };
        let start = start.max(least);
        spaced.extend(std::iter::repeat_n(' ', start - column));
        spaced.push_str(&piece);
        column = start + width;
    }
    spaced
}

/// The width of a narrow character on a page: that of most of its digits or half that of most of its Chinese characters, whichever is less,
/// so that no piece needs more places than it has; half its usual size where there are few of them.
pub fn narrow_width(glyphs: &[Glyph]) -> f64 {
    let widths = |counts: &dyn Fn(char) -> bool, share: f64| -> Vec<f64> {
        let glyphs = glyphs.iter().filter(|glyph| counts(glyph.c));
        glyphs.map(|glyph| (glyph.x1 - glyph.x0) * share).collect()
    };
    let digits = widths(&|c| c.is_ascii_digit(), 1.0);
    let wide = widths(&|c| c.width() == Some(2), 0.5);
    let usual = [digits, wide].into_iter().filter(|widths| widths.len() >= FEW).filter_map(median);
    let sizes = || median(glyphs.iter().map(|glyph| glyph.size / 2.0).collect());
    usual.reduce(f64::min).or_else(sizes).unwrap_or(5.0).max(1.0)
}

/// How many characters tell their usual width.
const FEW: usize = 10;

fn median(mut widths: Vec<f64>) -> Option<f64> {
    let middle = widths.len() / 2;
    (!widths.is_empty()).then(|| *widths.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters one after the other, ten points wide, digits five.
    fn set(words: &str, x: f64, base: f64) -> Vec<Glyph> {
        let mut at = x;
        let mut glyphs = Vec::new();
        for c in words.chars() {
            let advance = if c.is_ascii() { 5.0 } else { 10.0 };
            if c != ' ' {
                glyphs.push(Glyph {
                    c,
                    x0: at,
                    x1: at + advance,
                    base,
                    size: 10.0,
                    run: 0,
                });
            }
            at += advance;
        }
        glyphs
    }

    #[test]
    fn a_cell_flows_by_lines() {
        let glyphs = [set("缴费支出", 10.0, 62.0), set("机关事业单位基本养老保险", 10.0, 50.0)].concat();
        assert_eq!(flowing(glyphs), "机关事业单位基本养老保险缴费支出");
        assert_eq!(
            flowing([set("Windows", 0.0, 10.0), set("Server", 0.0, 22.0)].concat()),
            "Windows Server"
        );
        assert_eq!(flowing([set("1,234", 0.0, 10.0), set(".56", 0.0, 22.0)].concat()), "1,234.56");
    }

    #[test]
    fn a_shadow_is_no_second_character() {
        let mut glyphs = set("合计12.50", 10.0, 50.0);
        glyphs.extend(set("合计12.50", 10.4, 50.3));
        assert_eq!(flowing(glyphs), "合计12.50");
    }

    #[test]
    fn figures_keep_their_right_end() {
        let unit = 5.0;
        let right = |figure: &str, base: f64| {
            let start = 200.0 - 5.0 * figure.chars().map(|_| 1.0).sum::<f64>();
            [set("教育支出", 10.0, base), set(figure, start, base)].concat()
        };
        let ends: Vec<usize> = lines([right("1.25", 20.0), right("1,234.25", 40.0)].concat())
            .iter()
            .map(|line| spaced(line, unit).chars().count())
            .collect();
        assert_eq!(ends[0], ends[1]);
    }

    #[test]
    fn a_narrow_character_is_no_wider_than_half_a_wide_one() {
        let digits: Vec<Glyph> = set("1234567890", 0.0, 10.0)
            .into_iter()
            .map(|glyph| Glyph {
                x1: glyph.x0 + 7.0,
                ..glyph
            })
            .collect();
        let words = set("一般公共服务支出外交支出", 0.0, 20.0);
        assert!((narrow_width(&[digits.clone(), words].concat()) - 5.0).abs() < 0.01);
        assert!((narrow_width(&digits) - 7.0).abs() < 0.01);
    }

    #[test]
    fn amounts_stand_apart_from_names_and_not_from_their_unit() {
        let line = |pieces: &[(&str, f64)]| lines(pieces.iter().flat_map(|(words, x)| set(words, *x, 10.0)));
        let count = |pieces: &[(&str, f64)]| line(pieces)[0].segments().len();
        assert_eq!(count(&[("1.72", 0.0), ("二、外交支出", 24.0)]), 2);
        assert_eq!(count(&[("教育支出", 0.0), ("1.72", 44.0), ("3.00", 68.0)]), 3);
        assert_eq!(count(&[("共", 0.0), ("1.72", 14.0), ("万元", 38.0)]), 1);
        let signed = line(&[("教育", 0.0), ("-", 40.0), ("1.72", 49.0)]);
        assert_eq!(signed[0].segments().into_iter().map(text).collect::<Vec<_>>(), ["教育", "-1.72"]);
    }
}
