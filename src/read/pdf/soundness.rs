//! Whether a PDF can be trusted. A damaged one often decodes without an error, but to wrong text; it gives a reject instead of rows.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use hayro_syntax::object::{Dict, Name, Object, Stream};
use hayro_syntax::{Filter, Pdf};
use memchr::memmem;

use super::geometry::Drawn;
use super::too_much;
use crate::codes::RejectCode;
use crate::config::{Limits, Settings};
use crate::document::{Position, ReadNote};
use crate::read::Unreadable;

/// Where the end of a PDF is looked for.
const TAIL: usize = 2048;

pub fn damaged(what: &str) -> Unreadable {
    Unreadable {
        code: RejectCode::Damaged,
        message: format!("the PDF is damaged: {what}; fetch it again"),
    }
}

/// The end of the file: a whole PDF ends with `%%EOF`, a linearised one is as long as it says.
pub fn of_file(bytes: &[u8]) -> Result<(), Unreadable> {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    if memmem::find(tail, b"%%EOF").is_none() {
        return Err(damaged("it does not end as a PDF must (`%%EOF`), so a part of it is missing"));
    }
    let head = &bytes[..bytes.len().min(TAIL)];
    let stated = memmem::find(head, b"/Linearized").and_then(|at| {
        let dictionary = &head[at..];
        let dictionary = &dictionary[..memmem::find(dictionary, b">>")?];
        let value = dictionary[memmem::find(dictionary, b"/L ")? + 3..].trim_ascii_start();
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&value[..digits]).ok()?.parse::<usize>().ok()
    });
    if stated.is_some_and(|stated| bytes.len() < stated) {
        return Err(damaged("it is shorter than it says"));
    }
    Ok(())
}

/// The page tree: as many pages as it says.
pub fn of_pages(pdf: &Pdf, found: usize) -> Result<(), Unreadable> {
    let catalogue = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let stated = catalogue
        .and_then(|catalogue| catalogue.get::<Dict<'_>>(b"Pages".as_slice()))
        .and_then(|pages| pages.get::<i32>(b"Count".as_slice()));
    match stated.and_then(|stated| usize::try_from(stated).ok()) {
        Some(stated) if stated == found && found > 0 => Ok(()),
        Some(stated) => Err(damaged(&format!("{found} of its {stated} pages are found"))),
        None => Err(damaged("its table of pages is missing")),
    }
}

/// The packed streams of text and drawing: each unpacks without an error, and all to no more than the limit.
pub fn of_streams(pdf: &Pdf, limits: &Limits) -> Result<(), Unreadable> {
    let mut left = limits.max_unpacked;
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        if is_picture_or_font(stream.dict()) {
            continue;
        }
        let filters = stream.filters();
        if filters.iter().filter(|filter| is_packing(**filter)).count() > 1 {
            return Err(damaged("a stream is packed more than once, which no sound writer does"));
        }
        if filters.as_slice() != [Filter::FlateDecode] {
            continue;
        }
        left = unpacked(&stream, left)?;
    }
    Ok(())
}

fn is_packing(filter: Filter) -> bool {
    matches!(filter, Filter::FlateDecode | Filter::LzwDecode | Filter::RunLengthDecode)
}

fn is_picture_or_font(dictionary: &Dict<'_>) -> bool {
    let subtype = dictionary.get::<Name<'_>>(b"Subtype".as_slice());
    let is_image = subtype.is_some_and(|name| matches!(name.as_ref(), b"Image" | b"Type1C" | b"CIDFontType0C" | b"OpenType"));
    is_image || dictionary.contains_key(b"Length1".as_slice())
}

/// Unpacks a stream without keeping it; what is left of the limit.
fn unpacked(stream: &Stream<'_>, limit: u64) -> Result<u64, Unreadable> {
    let packed = stream.raw_data();
    let mut decoder = ZlibDecoder::new(packed.as_ref()).take(limit.saturating_add(1));
    let mut buffer = [0u8; 16 << 10];
    let mut total = 0u64;
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => total += u64::try_from(read).unwrap_or(u64::MAX),
            Err(_) => return Err(damaged("a stream of its content does not unpack")),
        }
    }
    limit
        .checked_sub(total)
        .ok_or_else(|| too_much("it unpacks to more than `max_unpacked`"))
}

/// The text: there is some, and the file says what its characters mean.
pub fn of_text(pages: &[Drawn], settings: &Settings, notes: &mut Vec<ReadNote>) -> Result<(), Unreadable> {
    let glyphs: usize = pages.iter().map(|page| page.glyphs.len()).sum();
    let unmapped: usize = pages.iter().map(|page| page.unmapped).sum();
    let is_scan = |page: &Drawn| page.glyphs.is_empty() && page.images > 0;
    let scans = pages.iter().filter(|page| is_scan(page)).count();
    if glyphs == 0 {
        let what = if scans > 0 { "images without a text layer" } else { "empty" };
        return Err(Unreadable {
            code: RejectCode::Scanned,
            message: format!(
                "all {} pages are {what}; recognise their text (OCR) or fetch the original",
                pages.len()
            ),
        });
    }
    if unmapped * 1000 > glyphs * settings.pdf.max_unmapped_per_mille {
        return Err(Unreadable {
            code: RejectCode::UnmappedText,
            message: format!(
                "the file does not say what {unmapped} of its {glyphs} characters mean; recognise their text (OCR) or fetch the original"
            ),
        });
    }
    let place = |wanted: &dyn Fn(&Drawn) -> bool| Position {
        line: 0,
        page: pages
            .iter()
            .position(wanted)
            .and_then(|page| u32::try_from(page + 1).ok())
            .unwrap_or(0),
    };
    if scans > 0 {
        let numbers: Vec<String> = (1..)
            .zip(pages)
            .filter(|(_, page)| is_scan(page))
            .map(|(number, _): (u32, _)| number.to_string())
            .collect();
        notes.push(ReadNote {
            code: RejectCode::Scanned,
            message: format!(
                "{scans} of {} pages are images without a text layer, so what they show is missing: page {}",
                pages.len(),
                numbers.join(", ")
            ),
            position: place(&is_scan),
            excerpt: None,
        });
    }
    if unmapped > 0 {
        notes.push(ReadNote {
            code: RejectCode::UnmappedText,
            message: format!("the file does not say what {unmapped} of its {glyphs} characters mean; they stand as \u{fffd}"),
            position: place(&|page| page.unmapped > 0),
            excerpt: None,
        });
    }
    Ok(())
}
