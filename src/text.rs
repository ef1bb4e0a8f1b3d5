//! Small pure functions on printed Chinese text: what is layout, what is numbering, what is the name.

use std::borrow::Cow;

use crate::money::narrow_char;

/// Whether a character is white space that layout left behind.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Bytes that begin white space, full-width forms and punctuation. All other text, nearly all there is, is copied as it stands: Chinese
/// characters begin with `E4` to `E9`.
const LAYOUT_BYTES: [bool; 256] = {
    let mut begins = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        // ASCII blanks, U+0080–00BF, U+1000–3FFF and U+F000–FFFF.
        begins[byte] = matches!(byte, 0x09..=0x0D | 0x20 | 0xC2 | 0xE1..=0xE3 | 0xEF);
        byte += 1;
    }
    begins
};

/// Whether a text holds nothing but white space. Most cells begin with something else.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether a text has characters that may be layout; [`compact`] and the like leave one without them as it is.
pub fn may_have_layout(text: &str) -> bool {
    layout_at(text).is_some()
}

/// Where the first character stands that may be layout.
fn layout_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        // Chinese characters are three bytes each.
        at += match byte {
            0xE4..=0xE9 => 3,
            byte if LAYOUT_BYTES[usize::from(*byte)] => return Some(at),
            _ => 1,
        };
    }
    None
}

/// Parts a text at its first character that may be layout: the plain text before it, the character, the rest.
pub fn split_at_layout(text: &str) -> Option<(&str, char, &str)> {
    let (plain, rest) = text.split_at(layout_at(text)?);
    let mut chars = rest.chars();
    Some((plain, chars.next()?, chars.as_str()))
}

/// Where the first white space of a text stands, or its end.
pub fn find_space(text: &str) -> usize {
    let mut at = 0;
    while let Some((plain, c, rest)) = split_at_layout(&text[at..]) {
        if is_space(c) {
            return at + plain.len();
        }
        at = text.len() - rest.len();
    }
    text.len()
}

/// A text without the blanks that it begins with: lines are aligned with many.
pub fn skip_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|byte| *byte == b' ').count();
    &text[blanks..]
}

/// The text in the form in which words are compared: without white space, full-width punctuation and digits made half-width.
pub fn compact(text: &str) -> Cow<'_, str> {
    if layout_at(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, c, after)) = split_at_layout(rest) {
        words.push_str(plain);
        if is_space(c) {
            rest = skip_blanks(after);
        } else {
            words.push(compact_char(c));
            rest = after;
        }
    }
    words.push_str(rest);
    Cow::Owned(words)
}

/// A character as [`compact`] writes it.
pub fn compact_char(c: char) -> char {
    match c {
        '、' | '。' | '—' | '–' => c,
        '〔' | '【' | '［' => '[',
        '〕' | '】' | '］' => ']',
        _ => narrow_char(c),
    }
}

/// Whether a text has one of some characters. A search for each is one for a byte; a search for all of them decodes the text.
pub fn has_any(text: &str, chars: &[char]) -> bool {
    chars.iter().any(|c| text.contains(*c))
}

/// Whether a text is `words`, which are [`compact`], once it is compact itself.
pub fn reads(text: &str, words: &str) -> bool {
    text.chars().filter(|c| !is_space(*c)).map(compact_char).eq(words.chars())
}

/// Takes quotation marks out of a [`compact`] text: some print them around a word, some do not.
pub fn remove_quotes(words: &mut Cow<'_, str>) {
    // The first byte of each of them.
    if memchr::memchr2(b'"', 0xE2, words.as_bytes()).is_some() {
        words.to_mut().retain(|c| !matches!(c, '"' | '“' | '”' | '‘' | '’'));
    }
}

/// Whether four bytes are the digits of a plausible fiscal year.
pub fn is_year_digits(bytes: &[u8]) -> bool {
    matches!(bytes, [b'2', b'0', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
        || matches!(bytes, [b'1', b'9', b'9', ones] if ones.is_ascii_digit())
}

/// The text without the fiscal years in it (`2023年度预算数` → `预算数`).
pub fn strip_year(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let mut rest = 0;
    let mut at = 0;
    while at + 4 <= bytes.len() {
        let stands_alone = !(at > 0 && bytes[at - 1].is_ascii_digit()) && bytes.get(at + 4).is_none_or(|byte| !byte.is_ascii_digit());
        if stands_alone && is_year_digits(&bytes[at..at + 4]) {
            kept.push_str(&text[rest..at]);
            let after = &text[at + 4..];
            let after = after.strip_prefix('年').unwrap_or(after);
            let after = after.strip_prefix('度').unwrap_or(after);
            rest = text.len() - after.len();
            at = rest;
        } else {
            at += 1;
        }
    }
    kept.push_str(&text[rest..]);
    kept
}

/// A cleaned name: without numbering (`一、`, `（一）`, `①`, `1.`), 其中, bracketed codes (`[20805]`), `[部门]` marks, the colon at its end
/// and all white space that came from layout. Punctuation stays as printed.
pub fn clean_name(text: &str) -> String {
    cleaned(text).into_owned()
}

/// As [`clean_name`], for who only looks at it.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    match without_layout_space(text) {
        Cow::Borrowed(name) => bare_name(name),
        Cow::Owned(name) => Cow::Owned(bare_name(&name).into_owned()),
    }
}

/// A name without what stands around it.
fn bare_name(mut name: &str) -> Cow<'_, str> {
    loop {
        let rest = strip_numbering(name);
        let rest = rest
            .strip_prefix("其中")
            .map_or(rest, |after| after.strip_prefix([':', '：']).unwrap_or(rest));
        let rest = strip_code_bracket(rest);
        if rest.len() == name.len() {
            break;
        }
        name = rest;
    }
    let mut name = Cow::Borrowed(name);
    // The first bytes of the brackets.
    if memchr::memchr3(b'[', 0xE3, 0xEF, name.as_bytes()).is_some() {
        for mark in ["[部门]", "[单位]", "［部门］", "［单位］", "【部门】", "【单位】"] {
            if name.contains(mark) {
                name = Cow::Owned(name.replace(mark, ""));
            }
        }
    }
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.trim_end_matches([':', '：'])),
        Cow::Owned(mut name) => {
            name.truncate(name.trim_end_matches([':', '：']).len());
            Cow::Owned(name)
        }
    }
}

/// Whether there is nothing to clean in a name, as far as a quick look tells: most have only Chinese characters.
fn is_clean(text: &str) -> bool {
    !text.bytes().any(|byte| byte < 0x80 || LAYOUT_BYTES[usize::from(byte)]) && !text.starts_with(|c| is_numeral(c) || c == '其')
}

/// Joins what layout took apart: white space goes, save behind a Latin word (`Windows Server`).
pub fn without_layout_space(text: &str) -> Cow<'_, str> {
    joined(text, |before| before.is_ascii_alphabetic())
}

/// As [`without_layout_space`], for cells so narrow that they cut words of capitals, too (`P PT`).
pub fn without_wraps(text: &str) -> Cow<'_, str> {
    joined(text, |before| before.is_ascii_lowercase())
}

/// The text without white space, save between a letter of which `keeps` says so and another one.
fn joined(text: &str, keeps: fn(char) -> bool) -> Cow<'_, str> {
    if layout_at(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, c, after)) = split_at_layout(rest) {
        joined.push_str(plain);
        if !is_space(c) {
            joined.push(c);
        } else if joined.len() > 1 // A lone first letter marks a kind of project (`J 河灯`); it is no word.
            && joined.ends_with(keeps)
            && after.trim_start_matches(is_space).starts_with(|behind: char| behind.is_ascii_alphabetic())
        {
            joined.push(' ');
        }
        rest = if c == ' ' { skip_blanks(after) } else { after };
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// The text without a leading 一、 or （一） or ① or 1. or (1).
pub fn strip_numbering(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return text };
    if ('①'..='⑳').contains(&first) || ('⑴'..='⒇').contains(&first) {
        return text[first.len_utf8()..].trim_start_matches(['、', '.', '．']);
    }
    let inner = text.strip_prefix(['(', '（']);
    let body = inner.unwrap_or(text);
    let numerals = body.len() - body.trim_start_matches(is_numeral).len();
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let length = if numerals > 0 { numerals } else { digits };
    if length == 0 || (numerals == 0 && digits > 2) {
        return text;
    }
    let after = &body[length..];
    if inner.is_some() {
        return after
            .strip_prefix([')', '）'])
            .map_or(text, |rest| rest.trim_start_matches(['、', '.', '．']));
    }
    match after.strip_prefix(['、', '.', '．', ',', '，']) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.is_empty() => rest,
        _ => text,
    }
}

/// The text without a leading bracketed code (`[20805]行政…`).
fn strip_code_bracket(text: &str) -> &str {
    bracketed_code(text).map_or(text, |(_, rest)| rest)
}

/// A leading bracketed code and what follows it.
pub fn bracketed_code(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_start().strip_prefix(['[', '［', '【', '〔'])?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let rest = inner[digits..].strip_prefix([']', '］', '】', '〕'])?;
    (digits > 0).then(|| (&inner[..digits], rest))
}

/// The first `limit` characters of a text, on one line.
pub fn excerpt(text: &str, limit: usize) -> String {
    text.trim()
        .chars()
        .take(limit)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_cleaned() {
        for (printed, clean) in [
            ("一、一般公共预算", "一般公共预算"),
            ("二十三、灾害防治及应急管理支出", "灾害防治及应急管理支出"),
            ("（一）行政单位", "行政单位"),
            ("①公务用车购置费", "公务用车购置费"),
            ("1. 一般公共预算资金", "一般公共预算资金"),
            ("[20805]行政事业单位养老支出", "行政事业单位养老支出"),
            ("[2080699]其他企业改革发 展补助", "其他企业改革发展补助"),
            ("大同市人民政府办公室[部门]", "大同市人民政府办公室"),
            ("其中：中央财政资金", "中央财政资金"),
            ("实施期资金总额:", "实施期资金总额"),
            ("政府办公厅（室）及相关机构事务", "政府办公厅（室）及相关机构事务"),
            ("J 大同市国有企业改革办公经费", "J大同市国有企业改革办公经费"),
            ("2023年党员教育培训专项经费", "2023年党员教育培训专项经费"),
            ("Z12345政府热线服务", "Z12345政府热线服务"),
            ("十一、", "十一、"),
        ] {
            assert_eq!(clean_name(printed), clean);
        }
    }

    #[test]
    fn years_are_taken_out() {
        assert_eq!(strip_year("2023年预算数"), "预算数");
        assert_eq!(strip_year("2023年"), "");
        assert_eq!(strip_year("12023"), "12023");
    }

    proptest! {
        #[test]
        fn white_space_is_found_wherever_it_stands(text in "[ab支出、（ \u{3000}\u{200b}\u{feff}—]{0,20}") {
            prop_assert_eq!(find_space(&text), text.find(is_space).unwrap_or(text.len()));
        }

        #[test]
        fn cleaning_never_panics_and_is_stable(text in "\\PC{0,40}") {
            let once = clean_name(&text);
            prop_assert_eq!(clean_name(&once), once);
        }
    }
}
