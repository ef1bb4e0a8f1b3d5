//! What an XLS workbook says beside the values of its cells: the number formats that they are shown with, and what is hidden.
//!
//! A workbook is a stream of records (MS-XLS): a number, a length, and so many bytes. What cannot be followed is left unsaid: values come from
//! elsewhere, and a number without a format is shown as it is.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::visible::Hidden;

/// How a sheet's cells are shown.
#[derive(Debug, Default)]
pub struct Look {
    /// The number of the format of each cell with a number, by row and column.
    styles: HashMap<(u32, u32), u16>,
    /// What is hidden.
    pub hidden: Hidden,
    room: Room,
}

/// The rows and columns that a sheet says it has, and those in which its cells stand: whoever reads it makes room for all of them.
#[derive(Debug, Default)]
struct Room {
    said: u64,
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Room {
    fn add(&mut self, row: u16, column: u16) {
        let wider = |range: Option<(u16, u16)>, at: u16| Some(range.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        self.rows = wider(self.rows, row);
        self.columns = wider(self.columns, column);
    }

    fn cells(&self) -> u64 {
        let length = |range: Option<(u16, u16)>| range.map_or(0, |(first, last)| u64::from(last - first) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// How the sheets of a workbook are shown.
#[derive(Debug, Default)]
pub struct Looks {
    /// The format of each style.
    formats: Vec<Option<String>>,
    /// The sheets, in the order of the workbook.
    pub sheets: Vec<Look>,
}

impl Looks {
    /// How many cells whoever reads the workbook makes room for.
    pub fn room(&self) -> u64 {
        let said = self.sheets.iter().map(|look| look.room.said).max().unwrap_or(0);
        self.sheets.iter().map(|look| look.room.cells()).fold(said, u64::saturating_add)
    }

    /// The format code of a cell.
    pub fn format(&self, look: &Look, row: u32, column: u32) -> Option<&str> {
        let style = look.styles.get(&(row, column))?;
        self.formats.get(usize::from(*style))?.as_deref()
    }
}

/// Reads the records of a workbook.
pub fn looks(bytes: &[u8]) -> Looks {
    let Some(stream) = workbook_stream(bytes) else {
        return Looks::default();
    };
    let (mut codes, mut styles, mut places) = (HashMap::new(), Vec::new(), Vec::new());
    let mut is_biff8 = true;
    for (kind, data) in substream(&stream, 0) {
        match kind {
            BOF => is_biff8 = word(data, 0) == Some(0x0600),
            FORMAT => codes.extend(format_code(data, is_biff8)),
            XF => styles.push(word(data, 2).unwrap_or(0)),
            BOUNDSHEET => places.push(double_word(data, 0).and_then(|place| usize::try_from(place).ok())),
            _ => {}
        }
    }
    let code = |number: u16| codes.get(&number).cloned().or_else(|| built_in(number).map(str::to_owned));
    Looks {
        formats: styles.into_iter().map(code).collect(),
        sheets: places
            .into_iter()
            .map(|place| place.map(|place| look(&stream, place)).unwrap_or_default())
            .collect(),
    }
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const COLINFO: u16 = 0x007D;
const ROW: u16 = 0x0208;
const WINDOW2: u16 = 0x023E;
const FORMULA: u16 = 0x0006;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MULRK: u16 = 0x00BD;
const DIMENSIONS: u16 = 0x0200;
/// Texts, booleans and errors.
const OTHER_CELLS: [u16; 4] = [0x0204, 0x00D6, 0x0205, 0x00FD];

/// The stream of the workbook in the compound file.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    // No stream is longer than the file.
    let most = u64::try_from(bytes.len()).ok()?;
    file.open_stream(name).ok()?.take(most).read_to_end(&mut stream).ok()?;
    Some(stream)
}

/// The records from a place up to the end of what begins there, without those of charts in it.
fn substream(stream: &[u8], place: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(place..).unwrap_or_default();
    let mut depth = 0_u32;
    std::iter::from_fn(move || {
        loop {
            let (kind, length) = (word(rest, 0)?, usize::from(word(rest, 2)?));
            let data = rest.get(4..4 + length)?;
            rest = &rest[4 + length..];
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => return None,
                EOF => depth -= 1,
                _ => {}
            }
            if depth <= 1 {
                return Some((kind, data));
            }
        }
    })
}

fn look(stream: &[u8], place: usize) -> Look {
    let mut look = Look::default();
    for (kind, data) in substream(stream, place) {
        let of_cell = || Some((word(data, 0)?, word(data, 2)?, word(data, 4)?));
        match kind {
            COLINFO if word(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(first), Some(last)) = (word(data, 0), word(data, 2)) {
                    look.hidden.columns.push(u32::from(first)..=u32::from(last));
                }
            }
            ROW if word(data, 12).is_some_and(|flags| flags & 0x20 != 0) => look.hidden.rows.extend(word(data, 0).map(u32::from)),
            WINDOW2 => look.hidden.zeros = word(data, 0).is_some_and(|flags| flags & 0x10 == 0),
            DIMENSIONS => {
                let (rows, columns) = match data.len() {
                    10 => (word(data, 2).map(u32::from), word(data, 6)),
                    _ => (double_word(data, 4), word(data, 10)),
                };
                let said = u64::from(rows.unwrap_or(0)) * u64::from(columns.unwrap_or(0));
                look.room.said = look.room.said.saturating_add(said);
            }
            _ if OTHER_CELLS.contains(&kind) => {
                if let Some((row, column, _)) = of_cell() {
                    look.room.add(row, column);
                }
            }
            NUMBER | RK | FORMULA => {
                if let Some((row, column, style)) = of_cell() {
                    look.room.add(row, column);
                    look.styles.insert((row.into(), column.into()), style);
                }
            }
            MULRK => {
                let Some((row, first)) = word(data, 0).zip(word(data, 2)) else {
                    continue;
                };
                // A style and a number for each, then the last column.
                let styles = (4..data.len().saturating_sub(2)).step_by(6).filter_map(|at| word(data, at));
                look.room.add(row, first);
                look.room.add(row, word(data, data.len().saturating_sub(2)).unwrap_or(first));
                let cells = (u32::from(first)..).zip(styles);
                look.styles.extend(cells.map(|(column, style)| ((row.into(), column), style)));
            }
            _ => {}
        }
    }
    look
}

/// The number of a format, and its code.
fn format_code(data: &[u8], is_biff8: bool) -> Option<(u16, String)> {
    let number = word(data, 0)?;
    if !is_biff8 {
        let text = data.get(3..3 + usize::from(*data.get(2)?))?;
        return Some((number, encoding_rs::GBK.decode_without_bom_handling(text).0.into_owned()));
    }
    let (length, is_wide) = (usize::from(word(data, 2)?), data.get(4)? & 1 != 0);
    let text = data.get(5..)?;
    let units: Vec<u16> = if is_wide {
        text.chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .take(length)
            .collect()
    } else {
        text.iter().copied().map(u16::from).take(length).collect()
    };
    Some((number, String::from_utf16_lossy(&units)))
}

/// Formats that every program knows, and files need not say.
fn built_in(number: u16) -> Option<&'static str> {
    Some(match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 => "¥#,##0;¥-#,##0",
        7 | 8 => "¥#,##0.00;¥-#,##0.00",
        9 => "0%",
        10 => "0.00%",
        37 | 38 => "#,##0_);(#,##0)",
        39 | 40 => "#,##0.00_);(#,##0.00)",
        41 => "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
        42 => "_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* \"-\"_ ;_ @_ ",
        43 => "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ",
        44 => "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ",
        _ => return None,
    })
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn double_word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}
