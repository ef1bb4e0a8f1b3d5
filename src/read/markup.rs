//! Takes the remains of markup out of converted text: `<b>`, `<sup>`, `**`, `##`. Angle brackets that quote a title stay.

use std::borrow::Cow;

/// Tags that converters leave behind. Anything else in angle brackets is text (`<办法>`).
const TAGS: [&str; 28] = [
    "b", "strong", "i", "em", "u", "sup", "sub", "p", "br", "span", "font", "div", "a", "table", "thead", "tbody", "tr", "td", "th", "ul",
    "ol", "li", "h1", "h2", "h3", "h4", "center", "small",
];

/// A quick look at a line: whether [`strip`] may change one of its cells.
pub fn may_stand_in(line: &str) -> bool {
    memchr::memchr3(b'<', b'*', b'&', line.as_bytes()).is_some() || memchr::memchr(b'#', line.as_bytes()).is_some()
}

/// The text of a line or cell without markup.
pub fn strip(text: &str) -> Cow<'_, str> {
    let start = text.trim_start_matches([' ', '\u{3000}']);
    let unheaded = if start.starts_with('#') {
        start.trim_start_matches('#').trim_start_matches(' ')
    } else {
        text
    };
    if memchr::memchr3(b'<', b'*', b'&', unheaded.as_bytes()).is_none() {
        return Cow::Borrowed(unheaded);
    }
    let mut stripped = String::with_capacity(unheaded.len());
    let mut rest = unheaded;
    while let Some(at) = memchr::memchr3(b'<', b'*', b'&', rest.as_bytes()) {
        stripped.push_str(&rest[..at]);
        let tail = &rest[at..];
        let (length, replacement) = if let Some(length) = tag(tail) {
            (length, "")
        } else if tail.starts_with("**") {
            (2, "")
        } else if tail.starts_with("&nbsp;") {
            (6, " ")
        } else if tail.starts_with("&amp;") {
            (5, "&")
        } else {
            (1, &tail[..1])
        };
        stripped.push_str(replacement);
        rest = &tail[length..];
    }
    stripped.push_str(rest);
    Cow::Owned(stripped)
}

/// The length of the tag that `text` begins with.
fn tag(text: &str) -> Option<usize> {
    let end = text.find('>')?;
    let inner = text[1..end].trim_start_matches('/').trim_end_matches('/');
    let name = inner.split([' ', '\t']).next()?;
    TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)).then_some(end + 1)
}

/// Whether a line is a rule that Markdown draws under a table's header (`------ | ---`).
pub fn is_rule(line: &str) -> bool {
    let mut dashes = 0;
    for byte in line.bytes() {
        match byte {
            b'-' => dashes += 1,
            b' ' | b'\t' | b'|' | b':' => {}
            _ => return false,
        }
    }
    dashes >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        for (text, stripped) in [
            ("## 2023年预算收支总表", "2023年预算收支总表"),
            ("<b>第一部分 概况</b>", "第一部分 概况"),
            ("155.16m <sup>2</sup> ,", "155.16m 2 ,"),
            ("关于印发<省直机关预算标准>的通知", "关于印发<省直机关预算标准>的通知"),
            ("**一、基本支出：**指", "一、基本支出：指"),
            ("<td style=\"x\">合计</td>", "合计"),
            ("增长<5%", "增长<5%"),
        ] {
            assert_eq!(strip(text), stripped);
        }
        assert!(is_rule("------\t--\t----"));
        assert!(!is_rule("-\t-"));
    }
}
