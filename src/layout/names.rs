//! Names that wrap: the pieces above and below the line of a row are shared out.

use super::Figure;
use crate::document::Position;
use crate::text::strip_numbering;

/// A line with a code, a line number or figures, and the name pieces around it.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Code as printed, parts joined.
    pub code: String,
    /// Whether a line number (行次) is printed.
    pub numbered: bool,
    /// Pieces of the name above the line of the figures.
    pub before: Vec<String>,
    /// The piece on it.
    pub inline: String,
    /// The pieces below it.
    pub after: Vec<String>,
    /// Figures from left to right.
    pub figures: Vec<Figure>,
    /// Where the row starts.
    pub position: Position,
    /// The line of the code or the figures.
    pub end: u32,
}

/// A line of text alone.
#[derive(Debug, Clone)]
pub struct Piece {
    /// As printed.
    pub text: String,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// Where it stands.
    pub position: Position,
}

impl Row {
    /// A piece of the name above the line of the figures; the row starts there.
    pub fn put_before(&mut self, piece: &Piece) {
        if self.before.is_empty() {
            self.position.line = piece.position.line;
        }
        self.before.push(piece.text.clone());
    }

    /// Whether a piece of the name is shorter than the one below it: a cell's text is broken where the cell is full.
    fn is_ragged(&self) -> bool {
        let pieces = self
            .before
            .iter()
            .chain(Some(&self.inline).filter(|inline| !inline.is_empty()))
            .chain(&self.after);
        let lengths: Vec<usize> = pieces.map(|piece| piece.chars().count()).collect();
        lengths.windows(2).any(|pair| pair[0] + 1 < pair[1])
    }

    /// The pieces of the name, joined.
    pub fn name(&self) -> String {
        [self.before.concat(), self.inline.clone(), self.after.concat()].concat()
    }

    /// Whether something beside its name says that this line is a row.
    pub fn is_anchored(&self) -> bool {
        !self.code.is_empty() || self.numbered
    }

    /// A line number of a row that prints nothing else.
    fn is_blank(&self) -> bool {
        self.numbered && self.before.is_empty() && self.inline.is_empty() && self.figures.is_empty()
    }

    /// A code whose name and figures are yet to come.
    pub fn is_bare_code(&self) -> bool {
        !self.code.is_empty() && self.figures.is_empty() && self.inline.is_empty() && self.before.is_empty()
    }
}

/// The pieces of names in front of a row.
#[derive(Debug, Default)]
pub struct Gap {
    /// Top down.
    pub pieces: Vec<Piece>,
    /// Whether a blank line stands before the row.
    pub after_blank: bool,
}

/// Gives the rows the pieces of their names. Runs of rows with pieces between all of them are settled together: where the pieces fit names
/// that are centred on their rows they are taken so, unless the nearest pieces make more names that are known.
pub fn name_rows(mut rows: Vec<Row>, gaps: &[Gap], known: &dyn Fn(&Row) -> bool) -> Vec<Row> {
    let mut start = 0;
    while start < gaps.len() {
        if gaps[start].pieces.is_empty() {
            start += 1;
            continue;
        }
        let end = (start..gaps.len()).find(|gap| gaps[*gap].pieces.is_empty()).unwrap_or(gaps.len());
        // The rows around the gaps of this run.
        let (first, last) = (start.saturating_sub(1), end.min(rows.len()));
        let run = Run {
            rows: &rows[first..last],
            gaps: &gaps[start..end],
            begins: start == 0,
        };
        let count = |rows: &[Row], which: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| which(row)).count();
        let score = |rows: &[Row]| count(rows, known) + rows.len() - count(rows, &Row::is_ragged);
        let near = run.near(known);
        let named = match run.centred() {
            Some(centred) if score(&centred) >= score(&near) => centred,
            _ => near,
        };
        rows.splice(first..last, named);
        start = end;
    }
    rows
}

/// Rows with pieces between all of them.
struct Run<'r> {
    rows: &'r [Row],
    gaps: &'r [Gap],
    /// Whether the first gap stands in front of the first row; else it is behind it.
    begins: bool,
}

impl Run<'_> {
    /// The rows above and below a gap.
    fn around(&self, gap: usize) -> (Option<usize>, Option<usize>) {
        let below = if self.begins { gap } else { gap + 1 };
        (below.checked_sub(1), (below < self.rows.len()).then_some(below))
    }

    /// Every name centred on its row: as many pieces below as above. `None` where that does not come out even.
    fn centred(&self) -> Option<Vec<Row>> {
        let mut rows = self.rows.to_vec();
        let mut above_row = vec![0; rows.len()];
        for (index, gap) in self.gaps.iter().enumerate() {
            let (above, below) = self.around(index);
            let taken = above.map_or(0, |above| above_row[above]);
            let left = gap.pieces.len().checked_sub(taken)?;
            if gap.pieces[..taken].iter().any(|piece| is_numbered(&piece.text)) {
                return None;
            }
            match below {
                Some(below) => above_row[below] = left,
                // What is left behind the last row is no part of the table.
                None if taken == 0 => return None,
                None => {}
            }
            if let Some(above) = above {
                rows[above].after.extend(gap.pieces[..taken].iter().map(|piece| piece.text.clone()));
            }
            if let Some(below) = below {
                gap.pieces[taken..].iter().for_each(|piece| rows[below].put_before(piece));
            }
        }
        let last_is_open = self.around(self.gaps.len() - 1).1.is_some_and(|last| above_row[last] > 0);
        let odd = |row: &Row| row.name().is_empty() && !row.figures.is_empty() || !row.before.is_empty() && is_numbered(&row.inline);
        (!last_is_open && !rows.iter().any(odd)).then_some(rows)
    }

    /// Pieces shared between neighbours, one gap after the other.
    fn near(&self, known: &dyn Fn(&Row) -> bool) -> Vec<Row> {
        let mut rows = self.rows.to_vec();
        for (index, gap) in self.gaps.iter().enumerate() {
            let taken = match self.around(index) {
                (None, _) => 0,
                (Some(above), Some(below)) => pieces_of_above(&rows[above], &rows[below], gap, known),
                (Some(above), None) => {
                    let own = rows[above].before.len().max(usize::from(!rows[above].inline.is_empty()));
                    own.max(1).min(gap.pieces.len())
                }
            };
            let (above, below) = self.around(index);
            if let Some(above) = above {
                rows[above].after.extend(gap.pieces[..taken].iter().map(|piece| piece.text.clone()));
            }
            if let Some(below) = below {
                gap.pieces[taken..].iter().for_each(|piece| rows[below].put_before(piece));
            }
        }
        rows
    }
}

/// Whether a text begins with a numbering (`二、`), so that it cannot go on with a name.
pub fn is_numbered(text: &str) -> bool {
    strip_numbering(text).len() < text.len()
}

/// How many of the pieces between two rows belong to the upper one: a name is centred on the line of its figures, or begins on it.
fn pieces_of_above(above: &Row, below: &Row, gap: &Gap, known: &dyn Fn(&Row) -> bool) -> usize {
    let (pieces, below_after_blank) = (&gap.pieces, gap.after_blank);
    let count = pieces.len();
    if above.is_blank() {
        return 0;
    }
    // A numbering begins a name.
    if let Some(numbered) = pieces.iter().position(|piece| is_numbered(&piece.text)) {
        return numbered;
    }
    // The words themselves say it where they make a known name.
    if !known(above) {
        let mut longer = above.clone();
        for (taken, piece) in (1..).zip(pieces) {
            longer.after.push(piece.text.clone());
            if known(&longer) {
                return taken;
            }
        }
    }
    // The top of a page parts nothing: a row may be cut there.
    let parts = |piece: &Piece| piece.after_blank && piece.position.page == above.position.page;
    let blank = pieces.iter().position(parts);
    let centred = !above.before.is_empty();
    let to_above = if below_after_blank && blank.is_none() {
        count
    } else if let Some(blank) = blank.filter(|at| *at > 0 || !centred) {
        // A blank line parts what belongs to different rows.
        blank
    } else if centred {
        above.before.len()
    } else if below.inline.is_empty() && !below.is_anchored() {
        count
    } else if below.inline.is_empty() {
        // The row below has no name on its own line, so it has half of one above it.
        count / 2
    } else {
        count
    };
    if below.inline.is_empty() && to_above == count && count > 0 && !below.code.is_empty() {
        count - 1
    } else {
        to_above.min(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Piece {
        Piece {
            text: text.to_owned(),
            after_blank: false,
            position: Position::default(),
        }
    }

    fn row(code: &str, inline: &str) -> Row {
        Row {
            code: code.to_owned(),
            inline: inline.to_owned(),
            ..Row::default()
        }
    }

    fn gap(pieces: &[&str]) -> Gap {
        Gap {
            pieces: pieces.iter().map(|text| piece(text)).collect(),
            after_blank: false,
        }
    }

    /// The names that rows get, with the pieces in front of each and behind the last.
    fn names(rows: Vec<Row>, gaps: &[&[&str]], known: &[&str]) -> Vec<String> {
        let gaps: Vec<Gap> = gaps.iter().map(|pieces| gap(pieces)).collect();
        name_rows(rows, &gaps, &|row| known.contains(&row.name().as_str()))
            .iter()
            .map(Row::name)
            .collect()
    }

    fn numbered(inline: &str) -> Row {
        Row {
            numbered: true,
            ..row("", inline)
        }
    }

    #[test]
    fn a_centred_name_has_as_many_pieces_below_as_above() {
        let rows = vec![row("2080505", ""), row("2080506", "")];
        let gaps: [&[&str]; 3] = [&["机关事业单位基本养老"], &["保险缴费支出", "机关事业单位职业年金"], &["缴费支出"]];
        assert_eq!(
            names(rows, &gaps, &[]),
            ["机关事业单位基本养老保险缴费支出", "机关事业单位职业年金缴费支出"]
        );
        let rows = vec![row("30103", "奖金"), row("30108", "")];
        assert_eq!(
            names(rows, &[&[], &["机关事业单位基本养老"], &["保险缴费"]], &[]),
            ["奖金", "机关事业单位基本养老保险缴费"]
        );
    }

    #[test]
    fn a_name_that_begins_on_its_row_goes_on_below() {
        let rows = vec![row("201", "一般公共"), row("202", "外交")];
        assert_eq!(names(rows, &[&[], &["服务支出"], &[]], &[]), ["一般公共服务支出", "外交"]);
    }

    #[test]
    fn a_numbering_begins_the_name_of_the_row_below() {
        let rows = vec![numbered("六、科学技术支出"), numbered("")];
        assert_eq!(
            names(rows, &[&[], &["七、文化旅游体育与传"], &["媒支出"]], &[]),
            ["六、科学技术支出", "七、文化旅游体育与传媒支出"]
        );
    }

    #[test]
    fn a_blank_numbered_row_takes_no_piece() {
        let rows = vec![numbered(""), numbered("")];
        assert_eq!(
            names(rows, &[&[], &["年初财政拨款结转和结"], &["余"]], &[]),
            ["", "年初财政拨款结转和结余"]
        );
    }

    #[test]
    fn known_words_decide() {
        let rows = vec![numbered("年初财政拨款结转和结"), numbered("")];
        assert_eq!(
            names(rows, &[&[], &["余"], &[]], &["年初财政拨款结转和结余"]),
            ["年初财政拨款结转和结余", ""]
        );
    }
}
