//! Which encoding a text is in: UTF-8, UTF-16, GB18030/GBK or Big5, with or without byte order mark.

use std::borrow::Cow;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::Unreadable;
use crate::codes::RejectCode;
use crate::config::EncodingSettings;
use crate::document::{Position, ReadNote};

/// A decoded text.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// The text without byte order mark.
    pub text: Cow<'a, str>,
    /// The encoding it was in.
    pub encoding: &'static str,
    /// What did not decode, if anything.
    pub note: Option<ReadNote>,
}

/// Words that every disclosure holds; the right decoding shows them, a wrong one does not.
const WORDS: [&str; 10] = ["预算", "支出", "收入", "合计", "单位", "项目", "万元", "預算", "決算", "部门"];

/// Decodes a text, telling its encoding by byte order mark, validity and content.
pub fn decode<'a>(bytes: &'a [u8], settings: &EncodingSettings) -> Result<Decoded<'a>, Unreadable> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // The same as `str::from_utf8`, several times as fast for Chinese.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(body)
        && memchr::memchr(0, &body[..body.len().min(4096)]).is_none()
    {
        return Ok(Decoded {
            text,
            encoding: "utf-8",
            note: None,
        });
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if let Some(little) = utf16_little_endian(head) {
        return finish(bytes, if little { UTF_16LE } else { UTF_16BE }, settings);
    }
    if body.len() != bytes.len() {
        return finish(body, UTF_8, settings);
    }
    // Sampling keeps this cheap for large files; the whole file is decoded once, afterwards.
    let sample = sample(body);
    if is_chinese(&sample) {
        return finish(body, GB18030, settings);
    }
    let best = [UTF_8, guess(&sample), GB18030, BIG5]
        .into_iter()
        .enumerate()
        .max_by_key(|(order, encoding)| (score(&sample, encoding), usize::MAX - order))
        .map_or(UTF_8, |(_, encoding)| encoding);
    finish(body, best, settings)
}

/// Bytes that are looked at to tell binary data and UTF-16.
const HEAD: usize = 64 << 10;

/// Whether the bytes are neither text in any encoding nor a format with a signature: too many control characters.
pub fn looks_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=25 | 27..=31 | 127);
    // Counted in bytes, a piece at a time, which the compiler turns into vector instructions.
    let control: usize = head
        .chunks(255)
        .map(|piece| usize::from(piece.iter().map(|byte| u8::from(is_control(byte))).sum::<u8>()))
        .sum();
    control * 100 > head.len() && utf16_little_endian(head).is_none()
}

/// The byte order of UTF-16 text, `Some(true)` for little endian, by its mark or by the zero bytes that ASCII leaves on one side;
/// `None` for other text.
fn utf16_little_endian(head: &[u8]) -> Option<bool> {
    match head {
        [0xFF, 0xFE, ..] => return Some(true),
        [0xFE, 0xFF, ..] => return Some(false),
        _ => {}
    }
    memchr::memchr(0, head)?;
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in head.chunks_exact(2) {
        match pair {
            [0, 0x0A | 0x0D | 0x20..=0x7E] => even += 1,
            [0x0A | 0x0D | 0x20..=0x7E, 0] => odd += 1,
            _ => {}
        }
    }
    let pairs = head.len() / 2;
    if odd * 50 > pairs && even * 20 < odd {
        Some(true)
    } else if even * 50 > pairs && odd * 20 < even {
        Some(false)
    } else {
        None
    }
}

fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    match detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow) {
        guessed if guessed == BIG5 => BIG5,
        guessed if guessed == UTF_8 => UTF_8,
        _ => GB18030,
    }
}

/// Pieces of a large text from its beginning, middle and end.
fn sample(bytes: &[u8]) -> Vec<u8> {
    const PIECE: usize = 32 << 10;
    if bytes.len() <= 4 * PIECE {
        return bytes.to_vec();
    }
    let middle = bytes.len() / 2;
    [&bytes[..PIECE], &bytes[middle..middle + PIECE], &bytes[bytes.len() - PIECE..]].concat()
}

/// Whether a text that is not UTF-8 is GB18030 beyond doubt, which most are: then no other encoding need be tried.
fn is_chinese(sample: &[u8]) -> bool {
    let (words, broken) = look(sample, GB18030);
    broken == 0 && words >= WORDS.len()
}

/// How well an encoding fits: known words count for it, what does not decode against it.
fn score(sample: &[u8], encoding: &'static Encoding) -> i64 {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (words, broken) = look(sample, encoding);
    count(words) * 8 - count(broken)
}

/// How many known words an encoding shows, and how many characters that it should not.
fn look(sample: &[u8], encoding: &'static Encoding) -> (usize, usize) {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let words = WORDS.iter().map(|word| memchr::memmem::find_iter(text.as_bytes(), word).count());
    (words.sum(), text.chars().filter(|c| is_broken(*c)).count())
}

/// Characters that only a wrong decoding shows.
fn is_broken(c: char) -> bool {
    c == '\u{fffd}'
        || ('\u{e000}'..='\u{f8ff}').contains(&c)
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}' | '\u{1a}'))
}

fn finish<'a>(bytes: &'a [u8], encoding: &'static Encoding, settings: &EncodingSettings) -> Result<Decoded<'a>, Unreadable> {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let name = if encoding == GB18030 {
        "gb18030"
    } else if encoding == BIG5 {
        "big5"
    } else if encoding == UTF_16LE {
        "utf-16le"
    } else if encoding == UTF_16BE {
        "utf-16be"
    } else {
        "utf-8"
    };
    let mut broken = 0u64;
    let mut characters = 0u64;
    let mut first_line = 0;
    for (number, line) in (1u32..).zip(text.split('\n')) {
        for c in line.chars() {
            characters += 1;
            if is_broken(c) {
                broken += 1;
                first_line = if first_line == 0 { number } else { first_line };
            }
        }
    }
    let mojibake = if encoding == GB18030 { utf8_read_as_gbk(&text) } else { 0 };
    if (broken + mojibake) * 1000 > characters * u64::from(settings.max_undecodable_per_mille) {
        return Err(Unreadable {
            code: RejectCode::EncodingUndetectable,
            message: format!(
                "no encoding decodes the file: as {name}, the best fit, {} of {characters} characters are wrong; convert it to UTF-8 from what it was made in",
                broken + mojibake
            ),
        });
    }
    let note = (broken + mojibake > 0).then(|| ReadNote {
        code: RejectCode::EncodingErrors,
        message: format!(
            "{} characters did not decode as {name} and were replaced; amounts in such places are left out",
            broken + mojibake
        ),
        position: Position {
            line: first_line.max(1),
            page: 0,
        },
        excerpt: None,
    });
    Ok(Decoded {
        text,
        encoding: name,
        note,
    })
}

/// How many characters look like UTF-8 that was read as GBK: rare ones that this mistake makes of common Chinese.
fn utf8_read_as_gbk(text: &str) -> u64 {
    let rare = text
        .chars()
        .filter(|c| "鏀鍑鍏棰绠鎬鍗浣鍏鐨勯锛銆傛敮鍚堣鏉ュ娲".contains(*c))
        .count();
    u64::try_from(rare).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "2023年预算收支总表\n单位：万元\n项目\t预算数\n本年收入合计\t1,008.68\n本年支出合计\t1,008.68\n";

    fn settings() -> EncodingSettings {
        EncodingSettings {
            max_undecodable_per_mille: 20,
        }
    }

    fn decoded(bytes: &[u8]) -> (String, &'static str) {
        let decoded = decode(bytes, &settings()).unwrap();
        (decoded.text.into_owned(), decoded.encoding)
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = TEXT.to_owned();
        assert_eq!(decoded(text.as_bytes()), (text.clone(), "utf-8"));
        assert_eq!(decoded(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()), (text.clone(), "utf-8"));
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&little), (text.clone(), "utf-16le"));
        assert_eq!(decoded(&big), (text.clone(), "utf-16be"));
        assert_eq!(decoded(&[b"\xFF\xFE", little.as_slice()].concat()), (text.clone(), "utf-16le"));
        assert_eq!(decoded(&[b"\xFE\xFF", big.as_slice()].concat()), (text.clone(), "utf-16be"));
        assert_eq!(decoded(&GB18030.encode(&text).0), (text, "gb18030"));
        let traditional = "單位預算收入總表\n單位：萬元\n項目\t預算數\n合計\t1,008.68\n";
        assert_eq!(decoded(&BIG5.encode(traditional).0), (traditional.to_owned(), "big5"));
    }

    #[test]
    fn a_cut_character_is_a_note_and_no_loss() {
        let bytes = TEXT.repeat(3).into_bytes();
        let cut = [&bytes[..bytes.len()], &"元".as_bytes()[..2]].concat();
        let decoded = decode(&cut, &settings()).unwrap();
        assert_eq!(decoded.encoding, "utf-8");
        assert!(decoded.text.starts_with(TEXT));
        assert_eq!(decoded.note.map(|note| note.code), Some(RejectCode::EncodingErrors));
    }

    #[test]
    fn a_mixture_of_encodings_is_refused() {
        let mixed = [TEXT.repeat(20).into_bytes(), GB18030.encode(&TEXT.repeat(20)).0.into_owned()].concat();
        let error = decode(&mixed, &settings()).unwrap_err();
        assert_eq!(error.code, RejectCode::EncodingUndetectable);
    }
}
